"""Make units of what the grammar has found, in reading order, each with its headings and its gaps."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from corpus.layout.lines import Line, slice_runs
from corpus.places.tables import Row
from corpus.plain_text.numerals import article_name
from corpus.structure.assemble import assemble, source_span
from corpus.structure.items import find_items
from corpus.structure.numbering import Numbered
from corpus.structure.outline import Outline
from corpus.structure.paragraphs import Shape
from corpus.types import Anomaly, AnomalyKind, Item, Omission, OmissionKind, Span, Unit, UnitKind

__all__ = ["Entries", "place_label"]

_OF_PARAGRAPHS = ("文本", "条", "章", "、", "）")  # ends of labels of places with several paragraphs


@dataclass(slots=True)
class Entries:
    """Units, anomalies and omissions found so far; every method adds in reading order."""

    document: str
    shape: Shape
    furniture: frozenset[int]
    units: list[Unit] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)
    _blocks: dict[str | None, int] = field(default_factory=dict)
    _labels: dict[tuple[str | None, str], int] = field(default_factory=dict)

    def numbered(
        self,
        one: Numbered,
        part: str | None,
        lines: Sequence[Line],
        outline: Outline,
        *,
        breaks: Container[int] = (),
        items: tuple[Item, ...] | None = None,
    ) -> Unit | None:
        """A unit with a printed number; None, and an anomaly, where no text follows the number."""
        label = one.label
        text, runs = assemble([(lines[0], label.begin), *((line, 0) for line in lines[1:])], breaks)
        self.aside(OmissionKind.NUMBER, lines[0], 0, label.begin)
        if not runs:
            message = f"{one.kind} {label.number} is printed without any text after it"
            self.anomalies.append(Anomaly(AnomalyKind.MISSING_NUMBER, message, lines[0].span))
            return None
        unit = Unit(
            document=self.document,
            kind=one.kind,
            number=label.number,
            part=part,
            text=text,
            runs=runs,
            span=source_span(runs),
            headings=outline.headings,
            topics=outline.topics,
            items=find_items(text) if items is None else items,
            number_inferred=label.inferred,
            suffix=one.suffix,
            clause=one.clause,
        )
        self.units.append(unit)
        return unit

    def block(
        self,
        label: str | None,
        part: str | None,
        lines: Sequence[Line],
        outline: Outline,
        *,
        row: Row | None = None,
        begin: int = 0,
    ) -> None:
        """A block of text at its place; a second one with the label of another gets a number of its own.

        Items are looked for from `begin` on, behind a number that is printed in the text.
        """
        text, runs = assemble([(line, 0) for line in lines])
        if not runs:
            return
        number = self._blocks[part] = self._blocks.get(part, 0) + 1
        captions = (row.caption.text,) if row is not None and row.caption is not None else ()
        self.units.append(
            Unit(
                document=self.document,
                kind=UnitKind.BLOCK,
                number=number,
                part=part,
                text=text,
                runs=runs,
                span=source_span(runs),
                headings=(*outline.headings, *captions),
                topics=outline.topics,
                items=tuple(
                    replace(item, start=begin + item.start, end=begin + item.end)
                    for item in find_items(text[begin:])
                ),
                number_inferred=begin == 0,
                label=None if label is None else self._own(part, label),
                table=None if row is None else row.table,
                row=None if row is None else row.row,
            )
        )

    def aside(self, kind: OmissionKind, line: Line, begin: int = 0, end: int | None = None) -> None:
        """Set words of a line aside."""
        stop = len(line.text) if end is None else end
        for order, (start, length) in enumerate(slice_runs(line.runs, begin, stop)):
            first = line.span.start if order == 0 and begin == 0 else start
            length, start = start + length - first, first
            self.omissions.append(Omission(kind, Span(start, start + length)))

    def _own(self, part: str | None, label: str) -> str:
        count = self._labels[part, label] = self._labels.get((part, label), 0) + 1
        if count == 1:
            return label
        return f"{label}第{count}段" if label.endswith(_OF_PARAGRAPHS) else f"{label}（{count}）"


def place_label(one: Numbered) -> str:
    """How a numbered unit is called in the label of the text after it: 第8段, 建议2, 第五条第2款."""
    if one.kind is UnitKind.ARTICLE:
        clause = f"第{one.clause}款" if one.clause is not None else ""
        return article_name(one.label.number, one.suffix) + clause
    number = one.label.number
    return f"建议{number}" if one.kind is UnitKind.RECOMMENDATION else f"第{number}段"
