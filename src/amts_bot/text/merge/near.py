"""Texts that may be alike, found by the rare words that they share: no text is compared with all others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from amts_bot.text.align.chains import Pair, rising

# Alike texts share some of their rarest words; of a word that many texts have, only the first few are looked at.
_RAREST, _MOST_HAVING = 8, 16
_MOST_COMPARED = 500  # texts of a pool that are all looked at


class WordIndex:
    """Texts by their words, each text by its number."""

    def __init__(self, texts: Iterable[Collection[str]]) -> None:
        self._having: dict[str, list[int]] = {}
        for number, words in enumerate(texts):
            for word in set(words):
                self._having.setdefault(word, []).append(number)

    def near(self, words: Collection[str]) -> list[int]:
        """The texts that share rare words with another one, in order."""
        known = {word for word in words if word in self._having}
        rarest = sorted(known, key=lambda word: (len(self._having[word]), word))[:_RAREST]
        return sorted({number for word in rarest for number in self._having[word][:_MOST_HAVING]})

    def only(self, word: str) -> int | None:
        """The one text that has a word."""
        having = self._having.get(word, ())
        return having[0] if len(having) == 1 else None


class Pool:
    """Texts, each with its words."""

    def __init__(self, texts: Mapping[str, Sequence[str]]) -> None:
        self._texts = list(texts.items())
        self._index = WordIndex(texts.values()) if len(texts) > _MOST_COMPARED else None

    def near(self, words: Collection[str]) -> Iterator[tuple[str, Sequence[str]]]:
        """Those that may be like another text: of a few all, of many those that share rare words."""
        if self._index is None:
            return iter(self._texts)
        return (self._texts[number] for number in self._index.near(words))


def near_pairs(left: Sequence[Collection[str]], right: Sequence[Collection[str]]) -> Iterator[Pair]:
    """The pairs of two lists of texts, in words, that may be alike."""
    index = WordIndex(right)
    return ((i, j) for i, words in enumerate(left) for j in index.near(words))


def guide(left: Sequence[Collection[str]], right: Sequence[Collection[str]]) -> list[Pair]:
    """A rising chain of pairs of texts that have a word which no others of their list have."""
    ours, theirs = WordIndex(left), WordIndex(right)
    pairs = {
        (i, j)
        for i, words in enumerate(left)
        for word in words
        if ours.only(word) is not None and (j := theirs.only(word)) is not None
    }
    return _one_each(rising(sorted(pairs)))


def _one_each(pairs: Iterable[Pair]) -> list[Pair]:
    """The first of pairs with the same first member."""
    return [(i, j) for i, j in dict(reversed([*pairs])).items()][::-1]
