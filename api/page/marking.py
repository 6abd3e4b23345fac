"""Texts of documents as HTML: matched words, the fact, what is passed over, what was changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from api.visible import visible
from corpus.plain_text.folding import fold_with_map
from search.shapes.precedents import Change
from search.shapes.units import CitedUnit, Reasons

__all__ = ["changed", "clip", "found_words", "marked", "places_of", "shown"]

WINDOW = 420
"""Characters of a hit that are shown at once."""


@dataclass(frozen=True, slots=True)
class Clip:
    """The part of a text that is shown, and whether something is cut off on either side."""

    start: int
    end: int
    before: bool
    after: bool


def shown(text: str) -> Markup:
    """A text escaped, its control and direction characters made visible."""
    return escape(visible(text))


def found_words(why: Reasons) -> list[str]:
    """The words by which a unit was found, as it may print them."""
    variants = [part for one in why["variants"] for part in one.split(" → ")]
    return [*why["words"], *variants]


def places_of(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where words stand in a text, folded alike, joined where they touch, in order.

    Example: `places_of("押金为押金", ["押金"]) == [(0, 2), (3, 5)]`
    """
    folded, offsets = fold_with_map(text)
    found = []
    for word in {each for each in words if each.strip()}:
        at = folded.find(word)
        while at >= 0:
            end = at + len(word)
            found.append((offsets[at], offsets[end] if end < len(offsets) else len(text)))
            at = folded.find(word, end)
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def clip(text: str, places: Sequence[tuple[int, int]], window: int = WINDOW) -> Clip:
    """The part of a long text that shows its first marked place."""
    if len(text) <= window * 5 // 4:
        return Clip(0, len(text), False, False)
    first = places[0][0] if places else 0
    start = 0 if first < window // 2 else first - window // 4
    end = min(len(text), start + window)
    return Clip(start, end, start > 0, end < len(text))


def marked(
    unit: CitedUnit,
    places: Sequence[tuple[int, int]] = (),
    part: Clip | None = None,
    gap: str = "〔…〕",
) -> Markup:
    """The text of a unit or a part of it, with marks at places and a sign where it passes over something."""
    text = unit["text"]
    part = part or Clip(0, len(text), False, False)
    cuts = {part.start, part.end}
    cuts |= {at for place in places for at in place if part.start < at < part.end}
    gaps = {one["at"]: one for one in unit.get("gaps", ()) if part.start <= one["at"] <= part.end}
    cuts |= gaps.keys()
    ordered = sorted(cuts)
    pieces = [Markup("<span class=cut>…</span>")] if part.before else []
    for start, end in zip(ordered, [*ordered[1:], part.end], strict=True):
        if start in gaps:
            pieces.append(_gap(gap, gaps[start]["kind"]))
        piece = shown(text[start:end])
        inside = any(a <= start and end <= b for a, b in places) and start < end
        pieces.append(Markup("<mark>{}</mark>").format(piece) if inside else piece)
    if part.after:
        pieces.append(Markup("<span class=cut>…</span>"))
    return Markup("").join(pieces)


def _gap(sign: str, kind: str) -> Markup:
    return Markup('<span class=gap title="{}">{}</span>').format(kind, sign)


def changed(changes: Sequence[Change], side: str, text: str) -> Markup:
    """The older (`old`) or newer (`new`) of two texts, what was dropped or added marked."""
    absent, tag = ("added", "del") if side == "old" else ("dropped", "ins")
    pieces = []
    for change in changes:
        if change["kind"] == absent:
            continue
        start, end = change["old"] if side == "old" else change["new"]
        piece = shown(text[start:end])
        pieces.append(
            piece if change["kind"] == "kept" else Markup("<{0}>{1}</{0}>").format(Markup(tag), piece)
        )
    return Markup("").join(pieces)
