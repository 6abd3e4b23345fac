"""An open index: units by address, neighbours, citations, quotes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from corpus.types import Item, Run, Span, Unit, page_at
from search.errors import UnknownItem, UnknownUnit
from search.unit_key import UnitKey

if TYPE_CHECKING:
    from indexer.snapshot import Snapshot, StoredDocument
    from models.encoder import Encoder
    from models.segmenter import Segmenter
    from search.searcher import Searcher, Stage

__all__ = ["OpenIndex", "Place", "is_verbatim", "open_as"]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the index, or one item of it: what a citation points at.

    Example: `Place(12, unit, unit.items[2]).label == "c"`
    """

    row: int
    unit: Unit
    item: Item | None = None

    @property
    def label(self) -> str | None:
        """The label path of the item, `c` or `c.ii`; None for the whole unit."""
        return None if self.item is None else ".".join(self.item.path)

    @property
    def text(self) -> str:
        """The verbatim text of the unit or of the item."""
        return self.unit.text if self.item is None else self.unit.text[self.item.start : self.item.end]

    @property
    def span(self) -> Span:
        """Where the text stands in the source, from its first to its last character."""
        if self.item is None:
            return self.unit.span
        pieces = list(source_pieces(self.unit.runs, self.item.start, self.item.end))
        return Span(pieces[0].source_start, pieces[-1].source_start + pieces[-1].length)


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """One open generation of an index with everything needed to answer from it.

    `search.library.Library` adds what it answers; what an answer is made from asks for this one.
    """

    snapshot: "Snapshot"
    encoder: "Encoder"
    segmenter: "Segmenter"
    searcher: "Searcher"

    @property
    def index_version(self) -> str:
        """Generation and digest of the index, e.g. `7-3f2a9c`."""
        return self.snapshot.index_version

    def close(self) -> None:
        """Close the index; nothing can be asked afterwards."""
        self.snapshot.close()

    def places(self) -> Iterator[Place]:
        """Every unit, in document order."""
        return (Place(row, unit) for row, unit in self.snapshot.units.all())

    def at(self, row: int, item: str | None = None) -> Place:
        """The unit of a row, or the item of it with this label path; raises UnknownItem."""
        unit = self.snapshot.units.get(row)
        if item is None:
            return Place(row, unit)
        for candidate in unit.items:
            if ".".join(candidate.path) == item:
                return Place(row, unit, candidate)
        labels = ", ".join(".".join(candidate.path) for candidate in unit.items) or "no items"
        raise UnknownItem(f"{unit.document} {unit.kind} {unit.number} has no item {item!r}; it has {labels}")

    def find(self, key: UnitKey, item: str | None = None) -> Place:
        """The unit with this address; raises UnknownUnit or UnknownItem.

        Without `part` the unit of the body is meant, else the only one of any annex.
        """
        rows = self.snapshot.units.rows(document=key.document, kind=key.kind, number=key.number)
        units = [(row, self.snapshot.units.get(row)) for row in rows]
        fitting = [
            (row, unit)
            for row, unit in units
            if unit.suffix == key.suffix and key.clause in (None, unit.clause)
        ]
        named = [row for row, unit in fitting if unit.part == key.part]
        if not named and key.part is None and len(fitting) == 1:
            named = [fitting[0][0]]
        if not named:
            raise UnknownUnit(self._unknown(key))
        return self.at(named[0], item)

    def neighbours(self, place: Place, width: int) -> tuple[list[Place], list[Place]]:
        """Up to `width` units of the same document before and after a unit, in document order."""
        from search.show import neighbours

        rows = neighbours(self.snapshot, place.row, width)
        here = rows.index(place.row)
        return [self.at(row) for row in rows[:here]], [self.at(row) for row in rows[here + 1 :]]

    def document(self, document: str) -> "StoredDocument":
        """The stored document with this id; raises UnknownUnit."""
        stored = self.snapshot.documents.find(document)
        if stored is None:
            raise UnknownUnit(
                f"the index holds no document {document!r:.200}; `yinzheng documents` lists the ids it holds"
            )
        return stored

    def citation(self, place: Place) -> str:
        """How people cite the place, e.g. `《…会议的报告》，建议17`."""
        from corpus.citations.format import citation_of

        metadata = self.document(place.unit.document).metadata
        return citation_of(metadata, place.unit.document, place.unit, place.label)

    def page(self, document: str, offset: int) -> int | None:
        """The page, from 1, on which a character of the source stands; None where the file has no pages."""
        return page_at(self.document(document).pages, offset)

    def is_verbatim(self, place: Place) -> bool:
        """Whether the text stands in the stored source exactly where its runs say."""
        return is_verbatim(place.unit, self.snapshot.documents.source(place.unit.document))

    def _unknown(self, key: UnitKey) -> str:
        self.document(key.document)
        where = "" if key.part is None else f" in part {key.part!r}"
        return (
            f"{key.document} has no {key.kind} {key.number}{where}; a printed number was expected; "
            f"`yinzheng documents` lists the counts"
        )


def is_verbatim(unit: Unit, source: str) -> bool:
    """Whether a unit's text is what its runs and span say of the source.

    Every run must equal its slice of the source, runs must follow one another and fill the span, and
    what stands between them in the text must be white space.
    Example: a unit "甲 乙" with runs (0, 5, 1), (2, 9, 1) is verbatim where source[5] is 甲, source[9] 乙
    """
    text, reached, read = unit.text, 0, unit.span.start
    for run in unit.runs:
        stated = text[run.text_start : run.text_start + run.length]
        if run.length <= 0 or stated != source[run.source_start : run.source_start + run.length]:
            return False
        if run.source_start < read or run.text_start < reached or text[reached : run.text_start].strip():
            return False
        reached, read = run.text_start + run.length, run.source_start + run.length
    return not text[reached:].strip() and bool(text.strip()) and read <= unit.span.end


def source_pieces(runs: tuple[Run, ...], start: int, end: int) -> Iterator[Run]:
    """The parts of the runs that hold text[start:end]."""
    for run in runs:
        first, last = max(start, run.text_start), min(end, run.text_start + run.length)
        if first < last:
            yield Run(first, run.source_start + first - run.text_start, last - first)


Opened = TypeVar("Opened", bound=OpenIndex)


def open_as(
    made_as: type[Opened],
    index_dir: Path,
    *,
    verify: bool = False,
    term_bank: Path | None = None,
    stage: "Stage | None" = None,
) -> Opened:
    """Open an index with the encoder that made it; the errors of indexer and models say what is wrong.

    `term_bank` is a user's own bank, laid over the packaged one; raises BadTermBank. `stage` observes the
    stages of each search, such as a clock.
    Example: `open_as(OpenIndex, Path(".yinzheng")).index_version == "1-3f2a9c"`
    """
    from indexer.snapshot import open_snapshot
    from models.encoders.registry import load_named
    from models.segmenter import Segmenter
    from search.searcher import Searcher, unobserved
    from search.terms.termbank_file import load_term_bank

    bank = load_term_bank(term_bank)
    snapshot = open_snapshot(index_dir, check=verify)
    try:
        encoder = load_named(snapshot.manifest.encoder.name)
        segmenter = Segmenter()
        snapshot.require_encoder(encoder)
        snapshot.require_segmenter(segmenter)
        made = Searcher(snapshot, encoder, segmenter, term_bank=bank, stage=stage or unobserved)
    except BaseException:
        snapshot.close()
        raise
    return made_as(snapshot, encoder, segmenter, made)
