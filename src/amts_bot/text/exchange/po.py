"""PO, the catalogues of gettext: an entry for each unit, whose context says where it stands. By polib."""

from __future__ import annotations

from collections.abc import Iterator

import polib

from amts_bot.errors import UsageError
from amts_bot.text.exchange.units import OfferedUnit, OfferedUnits, ReturnedUnits

_BETWEEN = " "  # a name has no blank, a path may


def write(units: OfferedUnits) -> bytes:
    """The file, in UTF-8. Drafts are fuzzy: somebody has to look at them."""
    file = polib.POFile(wrapwidth=100)
    file.metadata = {
        "Language": units.language.replace("-", "_"),
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    file.extend(map(_entry, units.units))
    return f"{file}\n".encode()


def _entry(unit: OfferedUnit) -> polib.POEntry:
    before = [f"Translation before: {unit.before}"] if unit.before else []
    return polib.POEntry(
        msgctxt=f"{unit.page}{_BETWEEN}{unit.name}",
        msgid=unit.english,
        msgstr=unit.target,
        previous_msgid=unit.english_before or None,
        flags=["fuzzy"] if unit.target else [],
        comment="\n".join([*unit.notes, *before]),
        occurrences=[(unit.page.replace(" ", "%20"), str(unit.line))],
    )


def read(content: bytes) -> ReturnedUnits:
    """Raises UsageError where the content is no PO file."""
    try:
        file = polib.pofile(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"no PO file ({error})") from error
    return ReturnedUnits(file.metadata.get("Language", "").replace("_", "-"), dict(_texts(file)))


def _texts(file: polib.POFile) -> Iterator[tuple[tuple[str, str], str]]:
    for entry in file:
        page, _, name = (entry.msgctxt or "").rpartition(_BETWEEN)
        if page and not entry.obsolete:
            yield (page, name), entry.msgstr
