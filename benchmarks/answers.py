"""Plays a service that does wrong, in every way that was thought of, to all units of a real book.

Usage: python -m benchmarks.answers [--english CLONE_OR_BUNDLE] [--revision v1.0.3] [--language tr zh]
       [--every N] [--only KIND …] [--show N]

Each unit goes into the document that Amazon Translate would get. A made-up translation, letters for letters
and in the script of the language, is the right answer; then one thing is done to it, and what the reader,
the checks and the remarks make of that is counted by kind:

- same: the page says what it would say with the right answer;
- pending: the English stands and waits;  held: the checks refuse it, and say why;
- remarked: written, and the reviewer is told;
- wrong: written with other text than the right answer's, without a word.

English that may stay, such as a name, counts as the right answer. Common abbreviations ("e.g.", "etc.") stay in the
made-up language, so that a sentence is cut off behind its end, not behind an abbreviation that nobody could tell.
"""

from __future__ import annotations

import argparse
import html
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from amts_bot.model import Answer, Request
from amts_bot.text.amazon import documents
from amts_bot.text.languages import Language, language
from amts_bot.text.merge.verdicts import Accepted, Refused, Waiting, judged
from benchmarks import SHARED
from benchmarks.batch import requests_of
from benchmarks.book import HOW

Result = Literal["same", "pending", "held", "remarked", "wrong"]
RESULTS: tuple[Result, ...] = ("same", "pending", "held", "remarked", "wrong")
# What is done to the inside of a paragraph, given its English inside.
Distortion = Callable[[str, str], str]

_KEPT = re.compile(r'<span id="s\d+" translate="no">.*?</span>|<br id="s\d+">', re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_PART = re.compile(rf"({_KEPT.pattern}|{_TAG.pattern})", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r'<(?P<tag>a|i|b) id="(?P<id>\w+)">(?P<text>[^<]*)</(?P=tag)>')


# ------------------------------------------------------------------ the right answer


def spoken(inside: str, row: Language) -> str:
    """The inside of a paragraph in a made-up language with the script of `row`."""
    return _texts(inside, _chinese if row.code == "zh" else _turkish)


def _texts(inside: str, change: Callable[[str], str]) -> str:
    """`inside` with its text changed, its markup and what is not to be translated left alone."""
    pieces = _PART.split(inside)
    return "".join(
        piece if at % 2 or not piece else html.escape(change(html.unescape(piece)), quote=False)
        for at, piece in enumerate(pieces)
    )


def _turkish(text: str) -> str:
    return _spoken_words(text, lambda word: "".join(map(_turned, word)))


# These stay: in a made-up language nobody would know that their full stops end no sentence, …
_ABBREVIATION = re.compile(r"\b(?:[A-Za-z]\.){2,}|\b(?:etc|vs|cf|resp|No|Fig|Eq|Dr|Mr|St)\.")
# … nor that this is a name, as it would be in any: ResNet, priora8, post_sig, d2l.ai.
_NAME = re.compile(r"\b(?=\w*(?:[^\W\d]\d|\w_\w|[a-z][A-Z]|[A-Z]{2}))\w+\b|\b\w+(?:\.[a-z]\w+)+")


def _spoken_words(text: str, speak: Callable[[str], str]) -> str:
    return re.sub(
        rf"(?P<kept>{_ABBREVIATION.pattern}|{_NAME.pattern})|{_WORD.pattern}",
        lambda word: word[0] if word["kept"] else speak(word[0]),
        text,
    )


_FROM, _TO = "abcçdefgğhıijklmnoöprsştuüvyzqwx", "eşıdğçükuylhönrtmaizpsğbjfkovgcı"
_LETTERS = dict(zip(_FROM + _FROM.upper(), _TO + _TO.upper(), strict=True))


def _turned(letter: str) -> str:
    return _LETTERS.get(letter, letter)


def _chinese(text: str) -> str:
    text = _spoken_words(text, _han)
    text = re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text)
    for western, wide in ((".", "。"), (",", "，")):
        text = re.sub(rf"(?<=[\u4e00-\u9fff]){re.escape(western)}(?: |$)", wide, text)
    return text


def _han(word: str) -> str:
    seed = sum(ord(letter) * (at + 7) for at, letter in enumerate(word.lower()))
    return "".join(
        chr(0x4E00 + (seed * (at + 3) * 7919) % 5000)
        for at in range(max(1, round(len(word) / 2.6)))
    )


# ------------------------------------------------------------------ what is done to it


def _kept(inside: str, change: Callable[[list[str]], Sequence[str]]) -> str:
    """`inside` with other elements in the places of those that are not translated."""
    found = _KEPT.findall(inside)
    new = iter(change(found))
    return _KEPT.sub(lambda _: next(new), inside) if found else inside


def _reversed_links(inside: str, what: str) -> str:
    found = [it[what] for it in _LINK.finditer(inside) if it["tag"] == "a"]

    def other(it: re.Match[str]) -> str:
        return it[0] if it["tag"] != "a" else it[0].replace(it[what], found.pop(), 1)

    return _LINK.sub(other, inside)


def _first(pattern: str, to: str) -> Distortion:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda right, _: compiled.sub(to, right, count=1)


def _each(pattern: str, to: str) -> Distortion:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda right, _: compiled.sub(to, right)


def _words(inside: str) -> list[str]:
    """Pieces that may be cut off or repeated: elements whole, words, characters of Chinese."""
    return re.findall(rf"{_PART.pattern[1:-1]}|[\u4e00-\u9fff]|[^\s<\u4e00-\u9fff]+|\s+", inside)


_LEAST_CUT = 40  # characters; a heading of which a word is missing is just a shorter heading


def _cut(share: float) -> Distortion:
    def cut(right: str, english: str) -> str:
        plain = _TAG.sub("", english)
        if len(plain) < _LEAST_CUT or plain[-1] not in ".!?":
            return right
        pieces = _words(right)
        return _closed("".join(pieces[: max(1, round(len(pieces) * share))]))

    return cut


def _closed(inside: str) -> str:
    """`inside` with end tags for what was cut open, as a service writes them that cut its text."""
    opened: list[str] = []
    for tag in re.findall(r"</?([abi]|span)\b[^>]*>", _KEPT.sub("", inside)):
        opened.append(tag)
    counts: list[str] = []
    for found in re.finditer(r"<(/?)(a|b|i|span)\b[^>]*>", _KEPT.sub("", inside)):
        if found[1]:
            counts.pop()
        else:
            counts.append(found[2])
    return inside + "".join(f"</{tag}>" for tag in reversed(counts))


def _without_last_sentence(right: str, _: str) -> str:
    short = {it.end() for it in _ABBREVIATION.finditer(right)}
    ends = re.finditer(r"[.!?](?= [^\s<])|[。！？](?=.)", right)
    found = [end for end in ends if end.end() not in short]
    return _closed(right[: found[-1].end()].rstrip()) if found else right


def _looped(times: int, words: int) -> Distortion:
    def looped(right: str, _: str) -> str:
        plain = [
            *re.finditer(r"[^\s<>&]+(?:\s+[^\s<>&]+)*", _TAG.sub("\0", _KEPT.sub("\0", right)))
        ]
        run = plain[-1][0].split("\0")[-1] if plain else ""
        piece = " ".join(run.split()[-words:]) if " " in run else run[-2 * words :]
        return right + f" {piece}" * times

    return looped


def _scripted(letters: str) -> Distortion:
    """The words in letters of another script."""

    def turned(word: re.Match[str]) -> str:
        return "".join(letters[ord(letter) % len(letters)] for letter in word[0])

    return lambda right, _: _texts(right, lambda text: _WORD.sub(turned, text))


_LOWER = re.compile(r"\b[a-z]+\b")
_FEW, _LEAST_WORDS = 4, 8


def _part_english(share: float, *, last: bool) -> Distortion:
    """Some sentences, or part of the words, are still the English."""

    def mixed(right: str, english: str) -> str:
        ours, theirs = _PART.split(right), _PART.split(english)
        texts = [at for at in range(0, len(ours), 2) if len(_LOWER.findall(theirs[at])) > _FEW]
        left = round(len(texts) * share) or 1
        chosen = texts[-left:] if last else texts[:left]
        return "".join(theirs[at] if at in chosen else piece for at, piece in enumerate(ours))

    return mixed


def _nearly_english(right: str, english: str) -> str:
    """The English with one word of the translation."""
    if len(_LOWER.findall(_TAG.sub("", _KEPT.sub("", english)))) < _LEAST_WORDS:
        return right  # "Adam and RMSProp" may well keep its names
    ours, theirs = _WORD.search(_TAG.sub("", _KEPT.sub("", right))), re.compile(r"\b[a-z]{3,}\b")
    pieces = _PART.split(english)
    for at in range(0, len(pieces), 2):
        if ours and theirs.search(pieces[at]):
            pieces[at] = theirs.sub(ours[0], pieces[at], count=1)
            break
    return "".join(pieces)


def _other_number(right: str, _: str) -> str:
    pieces = _PART.split(right)
    for at in range(0, len(pieces), 2):
        new = re.sub(
            r"(?<![\w&#.,])\d+(?![\w;.,])", lambda n: str(int(n[0]) + 1), pieces[at], count=1
        )
        if new != pieces[at]:
            pieces[at] = new
            break
    return "".join(pieces)


DISTORTIONS: dict[str, Distortion] = {
    # what a service may do and nobody should notice
    "tags in capitals": _each(r"<(/?)(span|a|b|i)\b", r"<\1\2 "),
    "attributes added": _each(r"<(span|a|b|i|br) ", r'<\1 class="x" style="color: red" '),
    "attributes in another order": _each(r'id="(s\d+)" translate="no"', r'translate="no" id="\1"'),
    "fonts around": lambda right, _: f'<font style="x"><font>{right}</font></font>',
    "lines wrapped": _each(r" ", "\n"),
    "named characters for signs": _each(r"([.,])", lambda found: f"&#{ord(found[0])};"),  # type: ignore[arg-type]
    # order
    "spans turned round": lambda right, _: _kept(right, lambda found: found[::-1]),
    "spans moved on by one": lambda right, _: _kept(right, lambda found: found[1:] + found[:1]),
    "links trade places": lambda right, _: _reversed_links(right, "id"),
    "texts of links trade places": lambda right, _: _reversed_links(right, "text"),
    # nesting
    "ends swapped": _first(r"</(a|b|i)>(.*?)</(a|b|i)>", r"</\3>\2</\1>"),
    "an end tag lost": _first(r"</[abi]>", ""),
    "an end tag at the end": _first(r"(</[abi]>)([^<]{40,})\Z", r"\2\1"),
    "a span into an emphasis": _first(rf"({_KEPT.pattern})([^<]*<[bi] [^>]*>)", r"\2\1"),
    "a span out of an emphasis": _first(rf"(<[bi] [^>]*>)({_KEPT.pattern})", r"\2\1"),
    "a span into a link": _first(rf"({_KEPT.pattern})([^<]*<a [^>]*>)", r"\2\1"),
    "a span out of a link": _first(rf"(<a [^>]*>)({_KEPT.pattern})", r"\2\1"),
    "an end of a span lost": _first(r"(translate=\"no\">[^<]*)</span>", r"\1"),
    # lost and doubled
    "ids of spans lost": _each(r' id="[se]\d+"', ""),
    "translate lost": _each(r' translate="no"', ""),
    "a span lost": _first(rf" ?{_KEPT.pattern}", ""),
    "a span empty": _first(r'(translate="no">)[^<]*<', r"\1<"),
    "a span doubled": _first(rf"({_KEPT.pattern})", r"\1 \1"),
    "a span swallows a word": _first(r'(translate="no">[^<]*)</span>( [^\s<]+)', r"\1\2</span>"),
    "spans as text": lambda right, _: _KEPT.sub(lambda it: _TAG.sub("", it[0]), right),
    "emphasis lost": _each(r"</?[bi]( [^>]*)?>", ""),
    "emphasis lost once": _first(r"<([bi]) [^>]*>([^<]*)</\1>", r"\2"),
    "emphasis doubled": _first(r"(<([bi]) [^>]*>[^<]*</\2>)", r"\1 \1"),
    "a link doubled": _first(r"(<a [^>]*>[^<]*</a>)", r"\1 \1"),
    "the text of a link lost": _first(r"(<a [^>]*>)[^<]*</a>", r"\1</a>"),
    "all said twice": lambda right, _: f"{right} {right}",
    "the text said twice": lambda right, _: f"{right} {_KEPT.sub('', right)}",
    "nothing": lambda _, __: "",
    # characters
    "characters escaped twice": lambda right, _: re.sub(r"&(?=\w+;)", "&amp;", right),
    "characters not escaped": lambda right, _: re.sub("&(lt|gt|amp);", _unescaped, right),
    "no break spaces": _each(r"(?<=\w) (?=<)|(?<=>) (?=\w)", "\u00a0"),
    "zero width spaces": _each(r"(?=<(?:span|a|b|i) )|(?<=</span>)", "\u200b"),
    "quotes bent in spans": _each(r"(translate=\"no\">[^<]*)'", "\\1\u2019"),
    "wide letters in spans": _each(r"(translate=\"no\">[^<(]*)\(", "\\1\uff08"),
    "bytes that are no text": _first(r" ", "\ufffd"),
    # white space
    "no space before elements": _each(r" (?=<(?:span|a|b|i)\b)", ""),
    "no space behind elements": _each(r"(?<=</span>) |(?<=</a>) |(?<=</b>) |(?<=</i>) ", ""),
    "no space around elements": _each(r" (?=<(?:span|a|b|i)\b)|(?<=</[abi]>) |(?<=</span>) ", ""),
    "spaces around elements": _each(r"(<(?:span|a|b|i)\b[^>]*>)|(</(?:span|a|b|i)>)", r" \1\2 "),
    "spaces inside elements": _each(r"(<(?:span|a|b|i)\b[^>]*>)([^<]*)(</)", r"\1 \2 \3"),
    # text
    "the English": lambda _, english: english,
    "the English in capitals": lambda _, english: _texts(english, str.upper),
    "the English but for a word": _nearly_english,
    "the English at the end": _part_english(0.5, last=True),
    "the English at the beginning": _part_english(0.5, last=False),
    "cut at three quarters": _cut(0.75),
    "cut in the middle": _cut(0.5),
    "cut at a quarter": _cut(0.25),
    "the last sentence lost": _without_last_sentence,
    "a word ten times": _looped(10, 1),
    "a word three times": _looped(2, 1),
    "four words three times": _looped(2, 4),
    "Cyrillic": _scripted("абвгдежзиклмнопрст"),
    "Thai": _scripted("กขคงจชดตทนบปผมยรลวสหอ"),
    "Han": _scripted("山水火木金土日月人大小上下中国学生"),
    "Arabic": _scripted("ابتثجحخدذرزسشصضطظعغ"),
    "another number": _other_number,
    # Markdown
    "a list": lambda right, _: f"- {right}",
    "an ordinal": lambda right, _: f"1. {right}",
    "a heading": lambda right, _: f"# {right}",
    "a quotation": lambda right, _: f"> {right}",
    "stars": _first(r"(\w) (\w)", r"\1 * \2"),
    "stars around a word": _first(r" (\w+) ", r" **\1** "),
    "backticks": _first(r" (\w+) ", r" `\1` "),
    "a bar": _first(r" (?=\w)", " | "),
    "a dollar": _first(r" (?=\w)", " $"),
    "a tag": _first(r" (?=\w)", " &lt;b&gt;"),
    "a link of its own": _first(r" (\w+) ", r" [\1](http://example.org) "),
    "a sign of the service": _first(r" (?=\w)", " DNT_4F7A "),
}


def _unescaped(sign: re.Match[str]) -> str:
    return html.unescape(sign[0])


# ------------------------------------------------------------------ what comes of it


@dataclass(kw_only=True)
class Tally:
    """What came of each distortion, and examples of what went wrong."""

    results: dict[str, Counter[Result]] = field(default_factory=dict)
    wrong: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def add(self, kind: str, result: Result) -> None:
        self.results.setdefault(kind, Counter())[result] += 1


def main(argv: Sequence[str] | None = None) -> int:
    """Prints a table; 1 when anything was written wrongly without a word."""
    arguments = _parser().parse_args(argv)
    if not arguments.english.exists():
        print(f"{arguments.english} is not there: nothing measured. {HOW}")
        return 0
    with tempfile.TemporaryDirectory(prefix="amts-answers-") as name:
        requests = requests_of(arguments.english, arguments.revision, 1000, Path(name))
    sources = [*dict.fromkeys(it.source for it in requests if documents.has_words(it.source))]
    sources = sources[:: arguments.every]
    good = True
    for code in arguments.language:
        found = tally(sources, language(code), arguments.only or DISTORTIONS)
        print(f"\n{code}: {len(sources):,} units\n")
        print("\n".join(table(found)))
        good = good and not any(counts["wrong"] for counts in found.results.values())
        for kind, examples in found.wrong.items():
            for english, right, written in examples[: arguments.show]:
                print(f"\n{kind}\n  {english[:300]!r}\n  {right[:300]!r}\n  {written[:300]!r}")
    return 0 if good else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers",
        description="Plays a service that does wrong to all units of a real book.",
    )
    parser.add_argument("--english", type=Path, default=SHARED / "corpus" / "d2l-en.bundle")
    parser.add_argument("--revision", default="v1.0.3", help="default: v1.0.3")
    parser.add_argument("--language", nargs="+", default=["tr", "zh"], choices=["tr", "zh"])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one in N units")
    parser.add_argument("--only", nargs="+", choices=DISTORTIONS, metavar="KIND")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="examples of each kind")
    return parser


def tally(sources: Iterable[str], row: Language, kinds: Iterable[str]) -> Tally:
    """Plays `kinds` of distortions to the units. Units that a distortion leaves alone do not count."""
    found = Tally()
    kinds = [kind for kind in kinds if (kind, row.code) != ("Han", "zh")]  # its own script
    for source in sources:
        inside = _INSIDE.fullmatch(documents.paragraph("u", source))
        assert inside is not None  # our own document
        right = spoken(inside[1], row)
        wanted, _ = _judged(source, right, row)
        for kind in kinds:
            distorted = DISTORTIONS[kind](right, inside[1])
            if distorted == right:
                continue
            text, result = _judged(source, distorted, row)
            # English that may stay is a name.
            if result == "wrong" and text.casefold() in (wanted.casefold(), source.casefold()):
                result = "same"
            found.add(kind, result)
            if result == "wrong":
                found.wrong.setdefault(kind, []).append((source, wanted, text))
    return found


_INSIDE = re.compile(r'<p id="u">(.*)</p>\n', re.DOTALL)


def _judged(source: str, inside: str, row: Language) -> tuple[str, Result]:
    """What would be written of an answer, and what becomes of it: "wrong" stands for no word said."""
    document = f'<html><body><p id="u">{inside}</p></body></html>'
    reading = documents.read(document, {"u": source}, row).get("u", documents.Reading("", "lost"))
    match judged(Request(source), _answer(reading), "", row):
        case Waiting():
            return source, "pending"
        case Refused():
            return "", "held"
        case Accepted(text=text, remarks=remarks):
            return text, "remarked" if remarks else "wrong"


def _answer(reading: documents.Reading) -> Answer:
    return Answer(reading.text, "", damage=reading.damage, remarks=reading.remarks)


def table(found: Tally) -> Iterator[str]:
    """The figures as a Markdown table, a row for each kind."""
    yield f"| what is done | units | {' | '.join(RESULTS)} |"
    yield "|---|" + "--:|" * (len(RESULTS) + 1)
    total: Counter[Result] = Counter()
    for kind, counts in found.results.items():
        total.update(counts)
        yield _line(kind, counts)
    yield _line("all", total)


def _line(kind: str, counts: Counter[Result]) -> str:
    cells = " | ".join(f"{counts[result]:,}" if counts[result] else "" for result in RESULTS)
    return f"| {kind} | {counts.total():,} | {cells} |"


if __name__ == "__main__":
    sys.exit(main())
