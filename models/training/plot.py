"""Draw the log of a training run: losses and figures over steps, as one SVG without any library.

python -m models.training.plot build/training.jsonl build/training.svg
"""

import json
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

__all__ = ["draw", "series_of"]

Series = Mapping[str, Sequence[tuple[float, float]]]

_WIDTH, _HEIGHT, _MARGIN = 640, 240, 48
_COLOURS = ("#1b6ca8", "#c1440e", "#2e7d32", "#6a1b9a", "#b58900", "#00838f", "#5d4037", "#37474f")


def series_of(lines: Sequence[str], field: str) -> dict[str, list[tuple[float, float]]]:
    """The values of `losses` or `figures` in a log, by name, each as (step, value) in order.

    Example: `series_of(['{"step": 1, "losses": {"total": 4.5}}'], "losses") == {"total": [(1, 4.5)]}`
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for line in lines:
        entry = json.loads(line)
        for name, value in (entry.get(field) or {}).items():
            found.setdefault(name, []).append((entry["step"], value))
    return found


def draw(panels: Mapping[str, Series]) -> str:
    """An SVG with one panel a title, its series in colours with a legend, axes labelled at their ends."""
    height = _HEIGHT * len(panels)
    body = "".join(
        _panel(title, series, top * _HEIGHT) for top, (title, series) in enumerate(panels.items()) if series
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="11">{body}</svg>\n'
    )


def _panel(title: str, series: Series, top: int) -> str:
    points = [point for values in series.values() for point in values]
    (left, low), (right, high) = (tuple(map(bound, zip(*points, strict=True))) for bound in (min, max))

    def place(step: float, value: float) -> str:
        x = _MARGIN + (step - left) / ((right - left) or 1) * (_WIDTH - 4 * _MARGIN)
        y = top + _HEIGHT - _MARGIN / 2 - (value - low) / ((high - low) or 1) * (_HEIGHT - 1.5 * _MARGIN)
        return f"{x:.1f},{y:.1f}"

    parts = [f'<text x="{_MARGIN}" y="{top + 16}" font-weight="bold">{escape(title)}</text>']
    parts += [
        f'<text x="4" y="{place(left, value).split(",")[1]}">{value:.3g}</text>' for value in (low, high)
    ]
    for at, (name, values) in enumerate(series.items()):
        colour = _COLOURS[at % len(_COLOURS)]
        line = " ".join(place(*value) for value in values)
        parts.append(f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{line}"/>')
        y = top + _MARGIN + 15 * at
        parts.append(f'<text x="{_WIDTH - 3 * _MARGIN + 8}" y="{y}" fill="{colour}">{escape(name)}</text>')
    return "".join(parts)


def main() -> None:
    """Read a log, write the picture."""
    log, out = map(Path, sys.argv[1:3])
    lines = log.read_text(encoding="utf-8").splitlines()
    panels = {name: series_of(lines, name) for name in ("losses", "figures")}
    out.write_text(draw(panels), encoding="utf-8")


if __name__ == "__main__":
    main()
