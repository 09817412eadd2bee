"""Edits of the English that say the same to whoever translates it: "let us" and "let's", "colour" and "color".

A team chooses among the groups here, and adds pairs of its own. Both sides are compared word by word: a pair stands for
itself alone, so that "it's" may be "it is" or "it has", but "it is" is never "it has".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from amts_bot.text.markdown import inline

Gram = tuple[str, ...]

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_MOST_WORDS = 3  # of one side of a pair
CONTRACTIONS, SPELLING = "contractions", "spelling"


def _listed(text: str) -> list[str]:
    return text.split()


_NOT = _listed(
    "do does did is are was were has have had would could should must need might ought dare"
)
_SHORT = {
    "am": ("m", "i"),
    "are": ("re", "you we they there"),
    "is": ("s", "he she it that there here what who where how"),
    "has": ("s", "he she it that there what who"),
    "have": ("ve", "i you we they who would could should might must"),
    "will": ("ll", "i you he she it we they that there"),
    "would": ("d", "i you he she it we they there who"),
    "had": ("d", "i you he she it we they"),
}


def _contractions() -> Iterator[tuple[str, str]]:
    yield from (("let us", "let's"), ("can not", "cannot"), ("can not", "can't"))
    yield from (("cannot", "can't"), ("will not", "won't"), ("shall not", "shan't"))
    yield from ((f"{verb} not", f"{verb}n't") for verb in _NOT)
    for full, (short, words) in _SHORT.items():
        yield from ((f"{word} {full}", f"{word}'{short}") for word in words.split())


# Words that begin alike and go on alike: colour, colours, coloured.
_STEMS = tuple(
    (one, other)
    for one, _, other in (
        pair.partition("/")
        for pair in _listed(
            "colour/color behaviour/behavior neighbour/neighbor favour/favor labour/labor "
            "honour/honor flavour/flavor humour/humor rumour/rumor vapour/vapor harbour/harbor "
            "endeavour/endeavor centre/center metre/meter litre/liter fibre/fiber theatre/theater "
            "catalogue/catalog analogue/analog dialogue/dialog modell/model labell/label "
            "travell/travel cancell/cancel signall/signal channell/channel levell/level "
            "totall/total fuell/fuel diall/dial grey/gray artefact/artifact defence/defense "
            "offence/offense licence/license practise/practice programme/program "
            "judgement/judgment acknowledgement/acknowledgment ageing/aging learnt/learned "
            "spelt/spelled burnt/burned dreamt/dreamed towards/toward afterwards/afterward "
            "amongst/among whilst/while e-mail/email"
        )
    )
)
_ENDS = frozenset(["", *_listed("s es d ed ing er ers al able ably hood ful ist ly")])
_S_OR_Z = re.compile(r"(\w{2,}[iy])[sz](e|es|ed|ing|er|ers|able|ation|ations|ational)")


def says_the_same(old: str, new: str, groups: Sequence[str]) -> bool:
    """Whether two English texts have the same words, but for pairs of `groups`: names of groups, or "this = that".

    Numbers and what is protected do not count: they are compared elsewhere.
    """
    return words_say_the_same(words(old), words(new), groups)


def words_say_the_same(a: Sequence[str], b: Sequence[str], groups: Sequence[str]) -> bool:
    """`says_the_same` of texts that were taken apart before."""
    if a == b:
        return True
    pairs, spelling = _pairs(tuple(groups)), SPELLING in groups
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i] == b[j]:
            step = (1, 1)
        else:
            known = pairs.get(a[i])
            found = (
                _paired(a[i : i + _MOST_WORDS], b[j : j + _MOST_WORDS], known) if known else None
            )
            is_near = spelling and a[i][0] == b[j][0]  # as all spellings of a word begin
            step = found or (_spelt(a[i:], b[j:]) if is_near else (0, 0))
        if step == (0, 0):
            return False
        i, j = i + step[0], j + step[1]
    return i == len(a) and j == len(b)


def is_group(text: str) -> bool:
    """Whether a setting names a group or is a pair with words on both sides."""
    left, equals, right = text.partition("=")
    is_pair = equals and all(0 < len(words(side)) <= _MOST_WORDS for side in (left, right))
    return text in (CONTRACTIONS, SPELLING) or bool(is_pair)


def words(text: str) -> list[str]:
    """What is compared of a text."""
    plain = inline.mask(text, " ").casefold().replace("’", "'")
    return [word for word in _WORD.findall(plain) if not word.isdigit()]


@lru_cache(maxsize=64)
def _pairs(groups: tuple[str, ...]) -> Mapping[str, Mapping[Gram, frozenset[Gram]]]:
    """What each side of a pair may become, in both directions, by its first word."""
    own = [tuple(group.split("=", 1)) for group in groups if "=" in group]
    found: dict[Gram, set[Gram]] = {}
    for one, other in [*(_contractions() if CONTRACTIONS in groups else ()), *own]:
        left, right = tuple(words(one)), tuple(words(other))
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    by_word: dict[str, dict[Gram, frozenset[Gram]]] = {}
    for gram in filter(None, found):
        by_word.setdefault(gram[0], {})[gram] = frozenset(found[gram])
    return by_word


def _paired(
    a: Sequence[str], b: Sequence[str], pairs: Mapping[Gram, frozenset[Gram]]
) -> tuple[int, int] | None:
    """How many words of both sides a pair stands for, the longest first."""
    for length in range(len(a), 0, -1):
        others = pairs.get(tuple(a[:length]), frozenset())
        for other in sorted(others, key=len, reverse=True):
            if tuple(b[: len(other)]) == other:
                return length, len(other)
    return None


def _spelt(a: Sequence[str], b: Sequence[str]) -> tuple[int, int]:
    """The same for one word in two spellings, with a hyphen or without, or as two words instead of a hyphen."""
    one, other = a[0], b[0]
    if one.replace("-", "") == other.replace("-", "") or _is_variant(one, other):
        return 1, 1
    for word, words, step in ((one, b, (1, 0)), (other, a, (0, 1))):
        parts = word.split("-")
        if len(parts) > 1 and list(words[: len(parts)]) == parts:
            return step[0] or len(parts), step[1] or len(parts)
    return 0, 0


def _is_variant(one: str, other: str) -> bool:
    if other in _spellings().get(one, ()):
        return True
    if len(one) != len(other):  # else they differ in more than an s and a z
        return False
    a, b = _S_OR_Z.fullmatch(one), _S_OR_Z.fullmatch(other)
    return a is not None and b is not None and a.groups() == b.groups()


@cache
def _spellings() -> Mapping[str, frozenset[str]]:
    """What each word may become: stems that are spelt in two ways go on alike."""
    found: dict[str, set[str]] = {}
    for stems in _STEMS:
        for end in _ENDS:
            one, other = (stem + end for stem in stems)
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}
