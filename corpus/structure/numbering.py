"""Number the units of a part of a document: which labels hold, which are lost, which are doubtful."""

import itertools
from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.layout.lines import Line, ends_sentence
from corpus.structure.labels import (
    ITEM_LABEL,
    SENTENCE_WEIGHT,
    Style,
    heading_level,
    paragraph_labels,
    recommendation_labels,
    topics_begin,
)
from corpus.structure.sequence import Label, best_chain, chain_weight
from corpus.types import Anomaly, AnomalyKind, UnitKind

__all__ = ["Numbered", "number_part"]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A label that holds: the unit's kind, and where its words begin; `suffix`, `clause` of an article."""

    kind: UnitKind
    label: Label
    suffix: int | None = None
    clause: int | None = None


def number_part(
    lines: Sequence[Line], skipped: Collection[int], first: int = 1
) -> tuple[list[Numbered], list[Anomaly]]:
    """Labels that hold among `lines`, in reading order, and what is doubtful about them.

    `skipped` are line indexes of furniture; `first` is the number after the last one of the part before.
    """
    candidates = {style: paragraph_labels(lines, skipped, style) for style in Style}
    chains = {style: best_chain(labels, first) for style, labels in candidates.items()}
    style = max(Style, key=lambda one: chain_weight(chains[one]))
    chain, anomalies = chains[style], []
    recommendations = best_chain(recommendation_labels(lines, skipped))
    if chain_weight(recommendations) < 0.5:
        recommendations = []
    if chain:
        printed = chain
        chain = _with_bullets(lines, skipped, chain, recommendations)
        chain, late = _with_late(candidates[style], chain)
        anomalies += [_place(lines, *one) for one in (*_gaps(chain, "paragraph"), *late)]
        anomalies += [_place(lines, *one) for one in _inferred(chain)]
        anomalies += [_place(lines, *one) for one in _repeats(candidates[style], printed)]
    anomalies += [_place(lines, *one) for one in _gaps(recommendations, "recommendation")]
    numbered = [Numbered(UnitKind.PARAGRAPH, label) for label in chain]
    numbered += [Numbered(UnitKind.RECOMMENDATION, label) for label in recommendations]
    return sorted(numbered, key=lambda one: one.label.line), anomalies


_Finding = tuple[AnomalyKind, str, Label]


def _place(lines: Sequence[Line], kind: AnomalyKind, message: str, label: Label) -> Anomaly:
    return Anomaly(kind, message, lines[_at(lines, label.line)].span)


def _at(lines: Sequence[Line], index: int) -> int:
    """Position among `lines` of the first line with this index or a later one."""
    return bisect_left(lines, index, key=lambda line: line.index)


def _between(lines: Sequence[Line], skipped: Collection[int], after: int, before: int) -> list[Line]:
    part = lines[_at(lines, after + 1) : _at(lines, before)]
    return [line for line in part if line.index not in skipped]


def _with_bullets(
    lines: Sequence[Line], skipped: Collection[int], chain: list[Label], others: Sequence[Label]
) -> list[Label]:
    """Give numbers back to bullets where exactly as many bullets as numbers are missing."""
    taken = {label.line for label in (*chain, *others)}
    out: list[Label] = []
    lists_use_bullets = False
    before, number = lines[0].index - 1, 0
    for label in chain:
        gap = label.number - number - 1
        between = _between(lines, skipped, before, label.line)
        found = next((some for some in _lost(between, taken, in_head=not out) if len(some) == gap), None)
        if gap and found:
            out += _numbered(found, number)
        elif out and any(_is_lost(line, taken) for line in between):
            lists_use_bullets = True
        out.append(label)
        before, number = label.line, label.number
    if not lists_use_bullets:
        out += _numbered(_trailing(_between(lines, skipped, before, lines[-1].index + 1), taken), number)
    return out


def _numbered(bullets: Sequence[Line], number: int) -> list[Label]:
    return [Label(line.index, number + at, 0, 1.0, inferred=True) for at, line in enumerate(bullets, 1)]


def _lost(between: Sequence[Line], taken: Collection[int], *, in_head: bool) -> list[list[Line]]:
    """Bullets that may be paragraphs; in the head only those below a heading, its first or its last."""
    if not in_head:
        return [[line for line in between if _is_lost(line, taken)]]
    headings = [at for at, line in enumerate(between) if not line.bullet and _is_heading(line)] or [-1]
    return [
        [line for line in between[at + 1 :] if _is_lost(line, taken)] for at in (headings[0], headings[-1])
    ]


def _trailing(after: Sequence[Line], taken: Collection[int]) -> list[Line]:
    """Bullets after the last printed number that are paragraphs: whole sentences after a whole sentence."""
    bullets = [at for at, line in enumerate(after) if _is_lost(line, taken)]
    bounds = zip(bullets, [*bullets[1:], len(after)], strict=False)
    whole = all(any(ends_sentence(line.text) for line in after[begin:end]) for begin, end in bounds)
    listed = any(at == 0 or after[at - 1].text.endswith(("：", ":", "；", ";")) for at in bullets)
    return [after[at] for at in bullets] if whole and not listed else []


def _is_heading(line: Line) -> bool:
    return bool(line.hashes) or heading_level(line) in (1, 2) or topics_begin(line) is not None


def _is_lost(line: Line, taken: Collection[int]) -> bool:
    return bool(line.bullet) and line.index not in taken and not ITEM_LABEL.match(line.text)


def _with_late(candidates: Sequence[Label], chain: list[Label]) -> tuple[list[Label], list[_Finding]]:
    """Take in labels that stand out of order and bear a number that is missing."""
    present = {label.number for label in chain}
    late: list[Label] = []
    for label in candidates:
        inside = chain[0].number < label.number < chain[-1].number
        if inside and label.number not in present and label.weight >= SENTENCE_WEIGHT:
            late.append(label)
            present.add(label.number)
    findings = [
        (AnomalyKind.OUT_OF_ORDER, f"paragraph {label.number} stands out of order", label) for label in late
    ]
    return sorted([*chain, *late]), findings


def _gaps(chain: Sequence[Label], what: str) -> list[_Finding]:
    if not chain:
        return []
    present = {label.number for label in chain}
    after = {label.number: label for label in chain}
    findings: list[_Finding] = []
    missing: list[int] = []
    for number in range(1 if chain[0].number < 50 else chain[0].number, max(present) + 1):
        if number not in present:
            missing.append(number)
        elif missing:
            span = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]} to {missing[-1]}"
            message = f"{what} {number} is printed, but {what} {span} was not found before it"
            findings.append((AnomalyKind.MISSING_NUMBER, message, after[number]))
            missing = []
    return findings


def _inferred(chain: Sequence[Label]) -> list[_Finding]:
    return [
        (
            AnomalyKind.NUMBER_INFERRED,
            f"the number of paragraph {label.number} is not printed; it follows from the sequence",
            label,
        )
        for label in chain
        if label.inferred
    ]


def _repeats(candidates: Sequence[Label], chain: Sequence[Label]) -> list[_Finding]:
    """The same number printed twice running before full sentences; the second stays in the first's text."""
    held = {label.line for label in chain}
    findings: list[_Finding] = []
    for before, label in itertools.pairwise(candidates):
        if before.line in held and label.line not in held and before.number == label.number:
            message = f"the number {label.number} is printed twice; the second text stays with the first"
            findings.append((AnomalyKind.DUPLICATE_NUMBER, message, label))
    return findings
