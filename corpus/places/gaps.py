"""Say where the text of a unit passes over something that stands in the source: its gaps."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from corpus.types import Gap, Omission, OmissionKind, Run, Unit

__all__ = ["with_gaps"]

# A printed number or a heading inside is no part of the words that a reader would miss.
_SILENT = frozenset({OmissionKind.NUMBER})


def with_gaps(units: Sequence[Unit], omissions: Sequence[Omission]) -> list[Unit]:
    """Units with the omissions that stand between their first and their last character.

    `omissions` are in order. Neighbouring omissions of one kind are one gap.
    Example: a footnote between two lines of a paragraph gives `Gap(23, FOOTNOTE, Span(120, 161))`
    """
    starts = [omission.span.start for omission in omissions]
    out: list[Unit] = []
    for unit in units:
        first = bisect_left(starts, unit.span.start)
        last = bisect_left(starts, unit.span.end)
        inside = [one for one in omissions[first:last] if one.kind not in _SILENT]
        gaps = _gaps(unit.runs, inside)
        out.append(replace(unit, gaps=gaps) if gaps else unit)
    return out


def _gaps(runs: Sequence[Run], omissions: Sequence[Omission]) -> tuple[Gap, ...]:
    gaps: list[Gap] = []
    starts = [run.source_start for run in runs]
    for omission in omissions:
        after = bisect_left(starts, omission.span.end)
        if after == len(runs) or after == 0:
            continue
        before = runs[after - 1]
        if before.source_start + before.length > omission.span.start:
            continue  # marks inside a run are not left out
        at = runs[after].text_start
        last = gaps[-1] if gaps else None
        if last is not None and last.at == at and last.kind is omission.kind:
            gaps[-1] = Gap(at, last.kind, last.span._replace(end=omission.span.end))
        else:
            gaps.append(Gap(at, omission.kind, omission.span))
    return tuple(gaps)
