"""Decide where the text of a unit ends, and what stands between it and the next label."""

from collections.abc import Sequence

from corpus.layout.lines import Line, ends_clause, ends_sentence
from corpus.structure.labels import ITEM_LABEL, heading_level, is_list_line, topics_begin

__all__ = ["looks_like_heading", "text_end"]

_LONGEST_HEADING = 90


def text_end(region: Sequence[Line], width: int, airy: bool) -> int:
    """How many lines of `region` belong to the unit whose label opens it; the rest is headings.

    `region` goes from the line of the label to the line before the next label, without blank lines
    and furniture. `width` is the length of a full line. `airy` says that blank lines stand between
    all lines, so that they tell nothing.
    """
    hard = next(
        (at for at in range(1, len(region)) if _is_hard_heading(region, at, airy)),
        len(region),
    )
    return _tail(region[:hard], width)


def looks_like_heading(line: Line) -> bool:
    """Whether a line may be a heading: short, no sentence, no comma unless it has a heading's number."""
    if ends_clause(line.text) or len(line.text) > _LONGEST_HEADING or "。" in line.text:
        return False
    numbered = heading_level(line) is not None or bool(line.hashes)
    return numbered or not any(mark in line.text for mark in "，；：")


def _is_hard_heading(region: Sequence[Line], at: int, airy: bool) -> bool:
    line, before = region[at], region[at - 1]
    if topics_begin(line) is not None:
        return True
    if line.hashes:
        return not (ends_sentence(line.text) and len(line.text) > 40)
    if line.bullet or heading_level(line) not in (1, 2) or not looks_like_heading(line):
        return False
    apart = not airy and line.index - before.index > 1 and len(line.text) < 60
    return ends_clause(before.text) or apart


def _tail(lines: Sequence[Line], width: int) -> int:
    """Where headings without marks begin after the last line that completes a sentence or an item."""
    last = max((at for at, line in enumerate(lines) if ends_clause(line.text)), default=None)
    if last is None:
        return len(lines)
    in_list = lines[last].text.endswith(("：", ":"))
    at = last + 1
    while at < len(lines):
        goes_on = at > last + 1 and width and len(lines[at - 1].text) >= 0.8 * width
        starts_item = bool(ITEM_LABEL.match(lines[at].text)) or (in_list and is_list_line(lines[at]))
        if not (goes_on or starts_item or lines[at].bullet):
            break
        at += 1
    if at == last + 1 and in_list:  # what follows a colon directly is its list, whatever it looks like
        return len(lines)
    return at if all(looks_like_heading(line) for line in lines[at:]) else len(lines)
