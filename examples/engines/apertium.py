"""Apertium as an engine of AMTS bot: rules and dictionaries, free, and on your own machine.

On Debian: `apt install apertium apertium-eng-spa`, then
`amts-bot sync --language es --engine "command:python3 apertium.py"`.
"""

import json
import subprocess
import sys

CODES = {"ca": "cat", "en": "eng", "es": "spa", "fr": "fra", "it": "ita", "pt": "por"}


def translated(html: str, pair: str) -> str:
    """HTML in another language. Apertium knows no translate="no": the bot sees which spans it changed."""
    done = subprocess.run(
        ["apertium", "-u", "-f", "html", pair],
        input=html,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip()


for line in sys.stdin:
    unit = json.loads(line)
    source, target = (
        CODES[unit[side].split("-")[0]] for side in ("source_language", "target_language")
    )
    answer = {"id": unit["id"], "html": translated(unit["html"], f"{source}-{target}")}
    print(json.dumps(answer), flush=True)
