"""Pages of one odd kind, in any size, and their translation: what the growth of time is measured on, and counted."""

from __future__ import annotations

import re
from collections.abc import Callable

Make = Callable[[int], str]

_GLOSSARY = """
a bir  Before Önce  Item Öğe  Part Kısım  Stone Taş  The O  Water Su  and ve  behind sonra  beside yanında  deep derin
feet ayak  has olan  holds tutar  is dir  lies durur  mill değirmen  new yeni  of nin  pond gölet  row satır
stone taş  the şu  turns çevirir  value değer  wheel çark  year yıl
"""
_WORDS = dict(zip(_GLOSSARY.split()[::2], _GLOSSARY.split()[1::2], strict=True))
_WORD = re.compile(r"[A-Za-z]+")


def translation(english: str) -> str:
    """A page with each word in its place translated; code, tags and addresses have none of these words."""
    return _WORD.sub(lambda word: _WORDS.get(word[0], word[0]), english)


def repeated(line: str, end: str = "") -> Make:
    """So many lines, `{n}` their number."""
    return lambda count: "".join(line.format(n=n, m=n * 7 % 31) for n in range(count)) + end


def nested(left: str, right: str = "") -> Make:
    """So many levels."""
    return lambda count: f"{left * count}The pond is deep.\n{right * count}\nThe wheel turns.\n"


def run(sign: str) -> Make:
    """So many kilobytes of a sign between two words."""
    return lambda kilobytes: f"Before {sign * (kilobytes * 1000 // len(sign))} behind.\n"


def items(count: int) -> str:
    return repeated("- Item {n} holds the value of row {m}.\n")(count)


def loose_items(count: int) -> str:
    return repeated("- Item {n} holds the value of row {m}.\n\n")(count)


def rows(count: int) -> str:
    return "| row | value |\n|---|---|\n" + repeated("| Item {n} | the value of row {m} |\n")(count)


def html_rows(count: int) -> str:
    cells = "<tr><td>Item {n}</td><td>the row {m}</td></tr>\n"
    return f"<table>\n{repeated(cells)(count)}</table>\n"


def equal_sentences(count: int) -> str:
    paragraph = " ".join(["Water turns the wheel."] * 20)
    return "\n\n".join([paragraph] * (count // 20)) + "\n"


def equal_sentence_run(count: int) -> str:
    return " ".join(["Water turns the wheel."] * count) + "\n"


def book(kilobytes: int) -> str:
    """Headings, paragraphs and cells."""
    section = "## Part {n}\n\nThe mill of year {n} has a pond. It is {n} feet deep.\n\n```python\nturn({n})\n```\n\n"
    return repeated(section)(kilobytes * 1000 // 100)


def prose(kilobytes: int) -> str:
    """Paragraphs of three sentences and nothing else: hardly anything stands once."""
    three = "The mill of year {n} has a pond. The pond is {m} feet deep. The wheel turns.\n\n"
    return repeated(three)(kilobytes * 1000 // 78)


def stranger(kilobytes: int) -> str:
    """A page that translates none of these."""
    line = "Kuş {m} uçtu, deniz {n} maviydi.\n\n"
    return repeated(line)(kilobytes * 1000 // 35)


def paragraph(kilobytes: int) -> str:
    return repeated("Stone {n} lies beside stone {n}. ", "\n")(kilobytes * 1000 // 33)


def long_line(kilobytes: int) -> str:
    """One sentence."""
    return "The wheel " + "turns and turns " * (kilobytes * 1000 // 16) + "is deep.\n"


def front_matter(count: int) -> str:
    return (
        f"---\n{repeated('key{n}: The value of row {n}' + chr(10))(count)}---\n\nThe wheel turns.\n"
    )


def headings(count: int) -> str:
    return repeated("## The value of year {n}\n\n")(count)


def definitions(count: int) -> str:
    return "The wheel turns.\n\n" + repeated("[row{n}]: https://example.org/{m}/{n}\n")(count)


def unclosed(opening: str) -> Make:
    return lambda kilobytes: f"The wheel turns.\n\n{opening}{prose(kilobytes)}"


def staircase(count: int) -> str:
    """Each item stands inside the one before."""
    return "".join(f"{'  ' * n}- Item {n} holds the value.\n" for n in range(count))


def quoted(kilobytes: int) -> str:
    return "".join(f"> {line}\n" for line in prose(kilobytes).splitlines())


# What a pattern may search again from each place.
_SIGNS = """
[ [] ]( ![ [^ < <a <!-- ` * **a _a $ { {{ \\ : :a:` | & &a a@ http:// 1. ~ ^ - = # ab é 汉 。
"""
SIGNS = (
    " ",
    "\t",
    "\u0301",
    *_SIGNS.split(),
    *(f"{sign} " for sign in ("1", "`", "$", "<a", "_a")),
)


def unclosed_front_matter(kilobytes: int) -> str:
    return "---\n" + repeated("key{n}: The value of row {n}\n")(kilobytes * 1000 // 30)
