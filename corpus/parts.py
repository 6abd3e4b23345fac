"""Cut a document into its body and its annexes, whose numbering may begin anew."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.labels import annex_name
from corpus.lines import Line, ends_clause

__all__ = ["Part", "split_parts"]


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is None in the body; `title` are the lines of an annex's heading; `lines` hold its text."""

    name: str | None
    title: tuple[Line, ...]
    lines: tuple[Line, ...]


def split_parts(lines: Sequence[Line], skipped: Collection[int]) -> list[Part]:
    """Body and annexes in reading order, furniture and blank lines left out.

    Example: lines up to `附件一` are one part, from there up to `附件二` another.
    """
    kept = [line for line in lines if not line.blank and line.index not in skipped]
    starts = [at for at, line in enumerate(kept) if _opens_annex(kept, at, line)]
    bounds = [0, *starts, len(kept)]
    parts: list[Part] = []
    names: dict[str, int] = {}
    for begin, end in itertools.pairwise(bounds):
        name = annex_name(kept[begin]) if begin in starts else None
        if name is not None:
            names[name] = names.get(name, 0) + 1
            name = name if names[name] == 1 else f"{name}（{names[name]}）"
        title = (kept[begin],) if name is not None else ()
        parts.append(Part(name, title, tuple(kept[begin + len(title) : end])))
    return parts


def _opens_annex(kept: Sequence[Line], at: int, line: Line) -> bool:
    if at == 0 or annex_name(line) is None:
        return False
    before = kept[at - 1]
    return bool(line.hashes) or ends_clause(before.text) or line.index - before.index > 1 or line.opens_page
