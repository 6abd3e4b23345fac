"""From the lines of a source to its units: the way through the grammar, step by step."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from corpus.layout.furniture import find_furniture
from corpus.layout.lines import Line, ends_sentence, split_lines, wrap_width
from corpus.layout.markup import set_aside
from corpus.structure.assemble import assemble, source_span
from corpus.structure.blocks import find_blocks
from corpus.structure.items import find_items
from corpus.structure.labels import heading_level, topics_begin
from corpus.structure.numbering import Numbered, number_part
from corpus.structure.outline import Outline
from corpus.structure.parts import Part, split_parts
from corpus.structure.regions import looks_like_heading, text_end
from corpus.types import Anomaly, AnomalyKind, Omission, Span, Unit, UnitKind

__all__ = ["Found", "find_units"]


@dataclass(slots=True)
class Found:
    """What the grammar found: units, anomalies, omissions, and where the head of the document ends."""

    units: list[Unit] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    head_end: int = 0


def find_units(source: str, document: str, start: int = 0, known: Sequence[Omission] = ()) -> Found:
    """Units of `source` from offset `start` on, for the document with id `document`.

    `known` is the furniture that the layout of the file has told: whole lines.
    """
    lines = split_lines(source, start)
    furniture = find_furniture(lines, source, known)
    shape = _Shape(wrap_width(lines), _is_airy(lines))
    found, counted = Found(head_end=len(source)), 0
    parts = split_parts(lines, furniture)
    for part in parts:
        if part.name is None and len(parts) > 1 and not any(ends_sentence(line.text) for line in part.lines):
            # A title page; what follows counts for itself.
            found.head_end = parts[1].title[0].span.start
            continue
        numbered, anomalies = number_part(part.lines, furniture, counted + 1) if part.lines else ([], [])
        goes_on = bool(numbered) and numbered[0].label.number > 1 and counted > 0
        name = None if goes_on else part.name
        found.anomalies += anomalies
        _read_part(found, part, numbered, shape, document, name)
        counted = max([counted, *(one.label.number for one in numbered if one.kind is UnitKind.PARAGRAPH)])
    found.omissions += [Omission(kind, lines[index].span) for index, kind in furniture.items()]
    found.omissions += set_aside(source)
    found.omissions.sort(key=lambda one: one.span)
    if not counted and not any(unit.kind is UnitKind.RECOMMENDATION for unit in found.units):
        message = "no numbered paragraph was found; the text is indexed as unnumbered blocks"
        found.anomalies.append(Anomaly(AnomalyKind.NO_NUMBERS, message, Span(start, len(source))))
    return found


@dataclass(frozen=True, slots=True)
class _Shape:
    width: int
    airy: bool


def _is_airy(lines: Sequence[Line]) -> bool:
    """Whether nearly every line stands between blank lines, so that blank lines tell nothing."""
    texts = [line for line in lines if not line.blank]
    apart = sum(line.index - before.index > 1 for before, line in itertools.pairwise(texts))
    broken = [line for line in texts if not ends_sentence(line.text)]
    return apart >= 0.85 * max(len(texts) - 1, 1) and len(broken) > 0.5 * len(texts)


def _read_part(
    found: Found,
    part: Part,
    numbered: Sequence[Numbered],
    shape: _Shape,
    document: str,
    name: str | None,
) -> None:
    outline = Outline(shape.width)
    if part.title:
        outline.restart(part.title)
    if not numbered:
        units, head_end = find_blocks(part.lines, document, name, outline, whole=part.name is not None)
        found.units += units
        if part.name is None:
            found.head_end = head_end
    else:
        at = {line.index: position for position, line in enumerate(part.lines)}
        begins = [at[one.label.line] for one in numbered]
        head = part.lines[: begins[0]]
        if part.name is None:
            found.head_end = part.lines[begins[0]].span.start
            end = _end_of_head(head)
            outline.unplaced += [
                line for line in head[:end] if ends_sentence(line.text) and len(line.text) > 30
            ]
            outline.read(head[end:])
        else:
            outline.read(head)
        for one, begin, end in zip(numbered, begins, [*begins[1:], len(part.lines)], strict=True):
            region = part.lines[begin:end]
            length = text_end(region, shape.width, shape.airy)
            _add_unit(found, region[:length], one, document, name, outline)
            outline.read(region[length:])
    found.anomalies += _unplaced(outline.unplaced)
    spans = {line.index: line.span for line in (*part.title, *part.lines)}
    found.omissions += [Omission(kind, spans[index]) for index, kind in outline.seen.items()]


def _end_of_head(head: Sequence[Line]) -> int:
    """Where the headings begin that end the head of a document: at the last 一., or one short line."""
    levels = [None if line.bullet else heading_level(line) for line in head]
    chapters = [at for at, level in enumerate(levels) if level == 1 and looks_like_heading(head[at])]
    if not chapters:
        chapters = [at for at, level in enumerate(levels) if level == 2 and looks_like_heading(head[at])]
    boxes = [at for at, line in enumerate(head) if topics_begin(line) is not None]
    if chapters:
        return chapters[-1]
    if boxes:
        return max(boxes[0] - 1, 0)
    short = head and len(head[-1].text) <= 10 and not ends_sentence(head[-1].text)
    return len(head) - 1 if short else len(head)


def _add_unit(
    found: Found,
    lines: Sequence[Line],
    one: Numbered,
    document: str,
    part: str | None,
    outline: Outline,
) -> None:
    label = one.label
    text, runs = assemble([(lines[0], label.begin), *((line, 0) for line in lines[1:])])
    if not runs:
        message = f"{one.kind} {label.number} is printed without any text after it"
        found.anomalies.append(Anomaly(AnomalyKind.MISSING_NUMBER, message, lines[0].span))
        return
    found.units.append(
        Unit(
            document=document,
            kind=one.kind,
            number=label.number,
            part=part,
            text=text,
            runs=runs,
            span=source_span(runs),
            headings=outline.headings,
            topics=outline.topics,
            items=find_items(text),
            number_inferred=label.inferred,
        )
    )


def _unplaced(lines: Collection[Line]) -> list[Anomaly]:
    """One anomaly for each run of neighbouring lines that belong to no unit and are no heading."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and line.index - groups[-1][-1].index <= 2:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [
        Anomaly(
            AnomalyKind.UNPLACED_TEXT,
            f"text that belongs to no numbered paragraph: {group[0].text[:30]}…",
            Span(group[0].span.start, group[-1].span.end),
        )
        for group in groups
    ]
