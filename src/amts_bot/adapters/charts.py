"""Bar charts by matplotlib, which the extra `charts` installs. The same chart gives the same bytes."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import Any

from amts_bot.errors import UsageError
from amts_bot.model.charts import Bar, Chart

FORMATS = ("svg", "png")
_SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "amts",  # ids in the file would be random
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_COLOURS = ("#4878a8", "#e08a3c", "#5a9a68", "#a85a78", "#7a6aa8", "#8a8a8a")
_WHISKERS = {"linewidth": 1.4, "capsize": 3, "capthick": 1.4, "ecolor": "#222222"}
_ROW = 0.28  # inches


def require(format: str) -> None:
    """Raises UsageError where such a file cannot be drawn: to be asked before the work that it would show."""
    if format not in FORMATS:
        raise UsageError(f"charts are {' or '.join(FORMATS)} files, not {format!r}")
    if find_spec("matplotlib") is None:
        raise UsageError(
            "charts need matplotlib, which is not installed\n"
            "run pip install matplotlib, or install the bot with its extra, amts-bot[charts]"
        )


def draw(chart: Chart, format: str) -> bytes:
    """The chart as an SVG or PNG file: a row of bars for each category, a colour for each series."""
    require(format)
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_SETTINGS):
        figure = Figure(figsize=(7.5, 1.3 + _ROW * max(len(chart.bars), 2)), layout="constrained")
        _fill(figure.subplots(), chart)
        file = io.BytesIO()
        metadata = {"Date": None} if format == "svg" else {"Software": None}
        figure.savefig(file, format=format, dpi=144, metadata=metadata)
    return file.getvalue()


def _fill(axes: Any, chart: Chart) -> None:
    categories = list(dict.fromkeys(bar.category for bar in chart.bars))
    series = list(dict.fromkeys(bar.series for bar in chart.bars))
    height = 0.8 / max(len(series), 1)
    for index, name in enumerate(series):
        mine = [bar for bar in chart.bars if bar.series == name]
        places = [categories.index(bar.category) - 0.4 + height * (index + 0.5) for bar in mine]
        axes.barh(
            places,
            [bar.value for bar in mine],
            height,
            xerr=_errors(mine),
            label=name,
            color=_COLOURS[index % len(_COLOURS)],
            error_kw=_WHISKERS,
        )
        for place, bar in zip(places, mine, strict=True):
            end = max(bar.value, 0.0, bar.interval[1] if bar.interval else 0.0)
            spot = {"xytext": (4, 0), "textcoords": "offset points", "va": "center", "size": 7}
            axes.annotate(f"{bar.value:.3f}", (end, place), **spot)
    axes.set_yticks(range(len(categories)), categories, size=8)
    axes.invert_yaxis()
    axes.set_xlabel(chart.axis, size=8)
    axes.set_title(chart.title, size=10, loc="left")
    if series != [""]:
        axes.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))


def _errors(bars: list[Bar]) -> list[list[float]] | None:
    """How far the interval reaches below and above each bar; nothing where a bar has none."""
    if not any(bar.interval for bar in bars):
        return None
    ends = [(bar.value, bar.interval or (bar.value, bar.value)) for bar in bars]
    return [
        [max(0.0, v - low) for v, (low, _) in ends],
        [max(0.0, high - v) for v, (_, high) in ends],
    ]
