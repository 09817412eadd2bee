"""What books put blocks into: the lines that open and close containers, and how far an indented body goes.

Python-Markdown, MyST, VitePress, Docusaurus, Hugo, Jekyll, Quarto and GitHub each have their own. Such a line is
frame: it is never translated as prose (its title is a leaf of its own), and the blocks inside stand on their own.
"""

from __future__ import annotations

import re

# The options below the line that opens a directive: MyST's `:name: x` or a short page of YAML.
OPTIONS = (
    r"(?:\n[ \t]*:[A-Za-z][\w-]*:(?:[ \t][^\n]*)?+(?=\n|\Z))++"
    r"|\n[ \t]*---[ \t]*\n(?:(?![ \t]*(?:---[ \t]*)?(?:\n|\Z))[^\n]*+\n){0,40}[ \t]*---[ \t]*(?=\n|\Z)"
)
# Lines that stand alone. Not :numref:, :cite:, :eqref:, which are text of a paragraph.
_LINES = (
    # d2lbook
    r":(?:label|eqlabel|width|height|bibliography|begin_tab|end_tab):(?:`[^`\n]*`)?(?:toc|eval_rst)?[ \t]*$",
    rf":{{3,}}[ \t]*\{{[^\n]*+(?:{OPTIONS})?[ \t]*$",  # :::{note} with its options
    r":{3,}[^\n]*$",  # ::: tip Title, :::{note} Title, ::: pkg.Class, and what closes them
    r"/{3,}(?:[ \t][^\n]*+(?:\n {4,}[\w-]+:[ \t][^\n]*+)*+)?$",  # /// note | Title, with its options
    r"\[![A-Za-z]+\][+-]?[^\n]*$",  # > [!NOTE]
    r"(?:\{%(?:[^%\n]|%(?!\}))*+%\}[ \t]*+)++$",  # Liquid
    r"(?:\{\{[<%#](?:[^}\n]|\}(?!\}))*+\}\}[ \t]*+)++$",  # {{< figure >}}, {{% note %}}, {{#include file}}
    r"\{\*[^\n]*\*\}[ \t]*$",  # {* file ln[1:3] *}
    r"\{(?::|[ \t]*[.#][A-Za-z])[^{}\n]*\}[ \t]*$",  # {: .class}, {#id}
    r"--8<--[^\n]*$",
    r"<<<[ \t]*[@./][^\n]*$",  # VitePress takes code from a file
    r"\([A-Za-z][\w:.-]*\)=[ \t]*$",  # MyST target
    r"import[ \t][^\n]*[ \t]from[ \t]+['\"][^'\"\n]+['\"][ \t]*;?[ \t]*$",  # MDX
)
_LINE = "|".join(_LINES)
DIRECTIVE = rf"^ {{0,3}}(?:{_LINE})"
# Their blocks are indented below them: !!! note "Title", ??? question, === "Tab".
_MARK = r"(?:(?:!!!|\?\?\?\+?)[ \t]*[A-Za-z][^\n]*|===[!+]?[ \t]+[\"'][^\n]*)(?:\n|$)"
ADMONITION = rf"^ {{0,3}}{_MARK}"
FOOTNOTE = r"^ {0,3}\[\^[^\]\s]+\]:[^\n]*(?:\n|$)"
# Colon fences whose content is no prose.
COLON_CODE = (
    r"^ {0,3}(?P<colon_fence>:{3,})[ \t]*\{(?:code|code-block|code-cell|math|mermaid|raw|sourcecode|eval-rst)\}"
    r"[^\n]*$"
)
DEFINITION = r"^ {0,3}:[ \t]+\S[^\n]*(?:\n|$)"

_ANYWHERE = re.compile(rf"[ \t]*(?:{_LINE}|{_MARK})")
_INDENTED = re.compile(r"(?:\t| {1,3}\t| {4})[^\n]*\S[^\n]*(?:\n|$)")
_BLANK = re.compile(r"(?:[ \t]*\n)+")
_LAZY = re.compile(
    r"(?! {0,3}(?:\[\^|:[ \t]|#{1,6}[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t]|`{3}|~{3}|\$\$|\||<[A-Za-z/!]))"
    r"[^\n]*\S[^\n]*(?:\n|$)"
)
_NAME = re.compile(r"[ \t>]*(?:[:/!?=+`~]{3,}[ \t]*\{?|\[!)[ \t]*([A-Za-z][\w:.-]*)?")


def is_frame_line(line: str) -> bool:
    """Whether a line is nothing but the mark of a container, wherever it is indented to."""
    return _ANYWHERE.match(line) is not None


def directive_name(line: str) -> str:
    """What a container is: "tip" of `::: tip Title`, "note" of `!!! note "Title"`; "" of what closes one."""
    found = _NAME.match(line)
    return (found[1] or "").casefold() if found else ""


def directive_kind(line: str) -> str:
    """What tells a line from others of its page, whatever its title: "::: tip", "!!! note", ":label:"."""
    found = _NAME.match(line)
    if found is None:
        return line.split("`")[0].split(maxsplit=1)[0] if line.strip() else ""
    name = found[1] or ""
    return f"{found[0].removesuffix(name).strip()} {name}".casefold()


def end_of_paragraph(text: str, at: int) -> int:
    """Where the paragraph ends whose next line begins at `at`: at a blank line, or where another block begins."""
    return _while(_LAZY, text, at)


def end_of_body(text: str, at: int) -> int:
    """Where the indented blocks end that follow at `at`, blank lines between them included."""
    end = at
    while True:
        body = _while(_INDENTED, text, end)
        blanks = _BLANK.match(text, body)
        if body == end and end != at:
            return at
        at = body
        if blanks is None:
            return at
        end = blanks.end()
        if not _INDENTED.match(text, end):
            return at


def _while(line: re.Pattern[str], text: str, at: int) -> int:
    while at < len(text) and (found := line.match(text, at)):
        at = found.end()
    return at
