"""Cut a document into its body and the parts whose numbering may begin anew: annexes, at times chapters."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.layout.lines import Line, ends_clause
from corpus.structure.assemble import join_words
from corpus.structure.labels import SENTENCE_WEIGHT, Style, annex_name, heading_level, paragraph_labels
from corpus.structure.regions import looks_like_heading

__all__ = ["Part", "split_parts"]


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is None in the body; `title` are the lines of a part's heading; `lines` hold its text."""

    name: str | None
    title: tuple[Line, ...]
    lines: tuple[Line, ...]


def split_parts(lines: Sequence[Line], skipped: Collection[int]) -> list[Part]:
    """Body, annexes and chapters that count anew, in reading order, without furniture and blank lines.

    Example: lines up to `附件一` are one part, from there up to `附件二` another.
    """
    kept = [line for line in lines if not line.blank and line.index not in skipped]
    starts = [at for at, line in enumerate(kept) if _opens_annex(kept, at, line)]
    opening = frozenset(starts)
    bounds = [0, *starts, len(kept)]
    parts: list[Part] = []
    names: dict[str, int] = {}
    for begin, end in itertools.pairwise(bounds):
        name = annex_name(kept[begin]) if begin in opening else None
        if name is not None:
            names[name] = names.get(name, 0) + 1
            name = name if names[name] == 1 else f"{name}（{names[name]}）"
        title = (kept[begin],) if name is not None else ()
        parts += _chapters(Part(name, title, tuple(kept[begin + len(title) : end])))
    return parts


def _chapters(part: Part) -> list[Part]:
    """The chapters of a part, where each of them counts its paragraphs from 1; else the part itself.

    Where one sequence runs through, only the first chapter has a paragraph 1.
    """
    if part.name is not None:
        return [part]
    starts = [at for at, line in enumerate(part.lines) if _is_chapter(part.lines, at, line)]
    bounds = list(zip(starts, [*starts[1:], len(part.lines)], strict=False))
    firsts = [_first_number(part.lines[begin:end]) for begin, end in bounds]
    counting = [first for first in firsts if first is not None]
    if len(counting) < 2 or set(counting) != {1}:
        return [part]
    chapters = [
        Part(join_words([part.lines[begin]]), (part.lines[begin],), part.lines[begin + 1 : end])
        for begin, end in bounds
    ]
    return [Part(None, (), part.lines[: starts[0]]), *chapters]


def _is_chapter(lines: Sequence[Line], at: int, line: Line) -> bool:
    before = lines[at - 1]
    opens = at == 0 or ends_clause(before.text) or line.index - before.index > 1 or looks_like_heading(before)
    return not line.bullet and heading_level(line) == 1 and not ends_clause(line.text) and opens


def _first_number(lines: Sequence[Line]) -> int | None:
    """The first number of a chapter that reads like a paragraph's and opens no list."""
    before = {line.index: other for other, line in pairwise(lines)}
    for label in paragraph_labels(lines, (), Style.ARABIC):
        in_list = label.line in before and before[label.line].text.endswith(("：", ":", "；", ";"))
        if label.weight >= SENTENCE_WEIGHT and not in_list:
            return label.number
    return None


def _opens_annex(kept: Sequence[Line], at: int, line: Line) -> bool:
    if at == 0 or annex_name(line) is None:
        return False
    before = kept[at - 1]
    alone = annex_name(line) == line.text and looks_like_heading(before) and len(before.text) < 30
    apart = line.index - before.index > 1 or line.opens_page
    return bool(line.hashes) or ends_clause(before.text) or apart or alone
