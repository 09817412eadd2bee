"""What engines are told of a glossary, and whether their answers follow it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from amts_bot.engines.glossary_file import GlossaryFile
from amts_bot.model import Answer, Reply, Request
from amts_bot.text import languages
from amts_bot.text.amazon.following import ForcedTerms
from amts_bot.text.amazon.terminology import choose, read_glossary, terminology_csv
from amts_bot.text.drafts.terms import Terms, agreed


@dataclass(frozen=True, slots=True)
class TerminologyFile:
    """The CSV for ImportTerminology, and a remark for each term that is left out, with its line."""

    content: bytes
    remarks: tuple[str, ...]


def terminology(glossary: str, name: str, language: str) -> TerminologyFile:
    """The terms of a glossary from English; the suffix of `name` says how it is written.

    Raises UsageError for a file that is no glossary, or one that the service would not take.
    """
    read = read_glossary(glossary, name)
    remarks = choose(read, "en", language).remarks
    return TerminologyFile(
        terminology_csv(read, "en", language),
        tuple(f"{name}:{remark.line}: {remark.text}" for remark in remarks),
    )


def glossary_terms(glossary: str, name: str, language: str) -> Terms:
    """The terms of a glossary from English that translate one term each. Raises UsageError for no glossary."""
    chosen = choose(read_glossary(glossary, name), "en", language)
    return agreed((term.source, term.target) for term in chosen.terms)


@lru_cache(maxsize=8)
def forced_terms(glossary: GlossaryFile, language: str) -> ForcedTerms:
    """What answers are held against: nothing where there is no glossary. Raises UsageError for no glossary."""
    row = languages.language(language)
    if not glossary.text:
        return ForcedTerms({}, row)
    return ForcedTerms.of(read_glossary(glossary.text, glossary.name), row)


def remarked(reply: Reply, request: Request, asked: ForcedTerms) -> Reply:
    """A reply, with a remark where it does not follow the terms that went along."""
    if not isinstance(reply, Answer) or reply.damage:
        return reply
    said = asked.not_followed(request.source, reply.target)
    return replace(reply, remarks=(*reply.remarks, said)) if said else reply
