"""References as people write them, resolved to units: 2019年会议建议17, CTOC/COP/WG.4/2015/4, 建议7(c).

What a text cites is read by `corpus.citations.find`; here it is looked up. A paragraph or recommendation
must be one of a document that fits everything said about it (id, symbol, title, year, session,
annex): a year of which there is no document gives nothing, never the same number of another year.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from corpus.citations.find import Citation, CitationKind, find_citations
from corpus.types import Span, Unit, UnitKind
from indexer.snapshot import Snapshot
from search.errors import UnknownReference
from search.query import clean
from search.references.catalogue import Catalogue, Naming
from search.references.citing import citing_rows
from search.references.overlaps import within
from search.references.places import PlaceReference, fitting, item_of, read_places

__all__ = [
    "Reading",
    "ResolvedReference",
    "find_addressed",
    "find_citing",
    "find_documents",
    "read_reference",
    "resolve",
]

T = TypeVar("T")

_ADDRESSES = {
    CitationKind.PARAGRAPH: UnitKind.PARAGRAPH,
    CitationKind.RECOMMENDATION: UnitKind.RECOMMENDATION,
}
_MOST = 1_000
"""Units of one range such as 第1段至第9000段; as many as a query may ask for."""


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """A unit that a reference names: its row, the label path of an item, and the words that named it.

    Example: `ResolvedReference(57, "c", "2019年会议建议7(c)")`
    """

    row: int
    item: str | None
    label: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a text: what it cites, and by which words it names documents.

    `document` is one given apart from the text (`--document`), `times` are years and sessions.
    """

    text: str
    citations: tuple[Citation, ...]
    names: tuple[Naming, ...]
    times: tuple[Naming, ...]
    document: str | None = None

    @property
    def spans(self) -> list[Span]:
        """Where the text is a reference rather than a question."""
        return [
            *(citation.span for citation in self.citations),
            *(naming.span for naming in (*self.names, *self.times)),
        ]


def resolve(snapshot: Snapshot, text: str, *, document: str | None = None) -> list[ResolvedReference]:
    """Units that a reference names, at least one; several where it is ambiguous or a range.

    A paragraph or recommendation gives itself; a document of the index its first unit; any other
    symbol, resolution, decision or treaty article the units that cite it, in reading order.
    Raises UnknownReference, which lists what was understood and what is missing.
    Example: `resolve(snapshot, "2019年会议的建议17")[0].row == 41`
    """
    catalogue = Catalogue(snapshot)
    reading = read_reference(catalogue, text, document)
    addressed = [citation for citation in reading.citations if citation.kind in _ADDRESSES]
    placed = find_placed(snapshot, catalogue, reading)
    found = find_addressed(snapshot, catalogue, reading) if placed is None else placed
    if not addressed and placed is None:
        found = [*find_documents(snapshot, reading), *find_citing(snapshot, reading)]
        if document is not None:  # what another document says is no place in this one
            found = [one for one in found if snapshot.units.get(one.row).document == document]
    if not found:
        raise UnknownReference(_missing(snapshot, catalogue, reading))
    return _once(found)


def read_reference(catalogue: Catalogue, text: str, document: str | None = None) -> Reading:
    """Read what a text cites and which documents it names."""
    cleaned = clean(text)
    names = catalogue.names_in(cleaned)
    times = catalogue.times_in(cleaned)
    inside = within([time.span for time in times], [naming.span for naming in names])
    times = [time for time, is_inside in zip(times, inside, strict=True) if not is_inside]
    return Reading(cleaned, tuple(find_citations(cleaned)), tuple(names), tuple(times), document)


def find_addressed(
    snapshot: Snapshot, catalogue: Catalogue, reading: Reading, *, strict: bool = True
) -> list[ResolvedReference]:
    """Paragraphs and recommendations that a text addresses.

    Units without the item that is asked for are given only where no unit has it, and not where `strict`.
    """

    placed = find_placed(snapshot, catalogue, reading)
    if placed is not None and (placed or strict):
        return placed

    def find(citation: Citation) -> list[ResolvedReference]:
        return _addressed(reading, citation, _units(snapshot, catalogue, reading, citation), strict)

    addresses = (citation for citation in reading.citations if citation.kind in _ADDRESSES)
    return [one for _, found in _each(addresses, find) for one in found]


def find_placed(snapshot: Snapshot, catalogue: Catalogue, reading: Reading) -> list[ResolvedReference] | None:
    """The units of the one place that a text names; None where it names none or several, or not in this way.

    An article of an instrument that is no document of the index is for `find_citing`.
    """
    places = read_places(reading.text, [naming.span for naming in (*reading.names, *reading.times)])
    addressed = [one for one in reading.citations if one.kind in _ADDRESSES]
    if len(places) != 1 or len(addressed) > 1 or any(one.first != one.last for one in addressed):
        return None  # several places, or a range of them
    (place,) = places
    pinpoints = [one for one in reading.citations if one.kind in (*_ADDRESSES, CitationKind.ARTICLE)]
    if pinpoints and not any(_overlap(one.span, place.span) for one in pinpoints):
        return None  # another citation of the text is asked for
    ids = _documents_of_place(catalogue, reading, place)
    if place.kind is UnitKind.ARTICLE and ids is None:
        return None
    named = catalogue.ids if ids is None else ids
    if len(named) > _MOST:
        return None
    label = ("" if reading.document is None else f"{reading.document} ") + _written(reading, place)
    found = []
    for row, unit in fitting(snapshot, sorted(named), place):
        has, item = item_of(unit, place)
        if has:
            found.append(ResolvedReference(row, item, label))
    return found


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _documents_of_place(
    catalogue: Catalogue, reading: Reading, place: PlaceReference
) -> frozenset[str] | None:
    """The documents that fit everything said; None where nothing is said, or by what is unknown."""
    for citation in reading.citations:
        beside = citation.kind in _ADDRESSES and _overlap(citation.span, place.span)
        if beside and _says_document(citation):
            return documents_of(catalogue, reading, citation)
    said = [] if reading.document is None else [catalogue.ids & {reading.document}]
    said += [naming.documents for naming in (*reading.names, *reading.times)]
    symbols = [one.symbol for one in reading.citations if one.symbol is not None]
    said += [catalogue.named(symbol) for symbol in symbols]
    for citation in reading.citations:
        if citation.instrument is not None and reading.document is None:
            instruments = catalogue.named(citation.instrument)
            if not instruments and not said:
                return None  # a treaty that the index does not hold: who cites it is what can be shown
            said.append(instruments)
    if said:
        return catalogue.ids.intersection(*said)
    only = len(catalogue.ids) == 1
    return catalogue.ids if only or place.kind is not UnitKind.ARTICLE else None


def _says_document(citation: Citation) -> bool:
    """Whether a paragraph cited names its document, other than by a resolution, which may be a part."""
    resolution = (citation.document or "").startswith(("resolution:", "decision:"))
    return bool(citation.title or citation.year or citation.session or (citation.document and not resolution))


def _written(reading: Reading, place: PlaceReference) -> str:
    starts = [
        place.span.start,
        *(one.span.start for one in reading.citations if one.span.end >= place.span.start),
    ]
    return reading.text[min(starts) : place.span.end]


def find_documents(snapshot: Snapshot, reading: Reading) -> list[ResolvedReference]:
    """The first unit of each document that a text names by id, symbol or title."""
    found = []
    for naming in reading.names:
        for id in sorted(naming.documents):
            rows = snapshot.units.rows(document=id)
            found += [ResolvedReference(row, None, naming.label) for row in rows[:1]]
    return found


def find_citing(snapshot: Snapshot, reading: Reading) -> list[ResolvedReference]:
    """Units that cite what a text cites, in reading order of the index."""
    others = (citation for citation in reading.citations if citation.kind not in _ADDRESSES)
    found = _each(others, lambda citation: citing_rows(snapshot, citation))
    cited = {row: citation.raw for citation, rows in found for row in rows}
    return [ResolvedReference(row, None, cited[row]) for row in sorted(cited)]


def _each(citations: Iterable[Citation], find: Callable[[Citation], T]) -> Iterator[tuple[Citation, T]]:
    """Each citation and what is found for it, looked for once: a text may cite the same a hundred times."""
    known: dict[tuple[object, ...], T] = {}
    for citation in citations:
        said = citation.said
        if said not in known:
            known[said] = find(citation)
        yield citation, known[said]


def _addressed(
    reading: Reading, citation: Citation, fitting: Iterable[tuple[int, Unit]], strict: bool
) -> list[ResolvedReference]:
    """The units that fit a citation, or the items of them that it names."""
    item, label, units = ".".join(citation.item) or None, _label(reading, citation), list(fitting)
    held = [row for row, unit in units if any(".".join(one.path) == item for one in unit.items)]
    others = units if item is None or not (strict or held) else []
    found = [ResolvedReference(row, None, label) for row, _ in others]
    return found + [ResolvedReference(row, item, label) for row in held]


def _units(
    snapshot: Snapshot, catalogue: Catalogue, reading: Reading, citation: Citation
) -> Iterator[tuple[int, Unit]]:
    """The units with a cited number, in every document that fits; of the body unless an annex is named."""
    if citation.first is None:
        return
    last = min(citation.last or citation.first, citation.first + _MOST)
    documents = sorted(documents_of(catalogue, reading, citation))
    for id in documents:
        rows = snapshot.units.rows(
            document=id, kind=_ADDRESSES[citation.kind], number=citation.first, last=last
        )
        yield from _of_part([(row, snapshot.units.get(row)) for row in rows], citation.part)


def _of_part(units: Sequence[tuple[int, Unit]], part: str | None) -> list[tuple[int, Unit]]:
    """The units of a part by number; of no part those of the body: 第3段 is never one of an annex."""
    if part is not None:
        kept = [(row, unit) for row, unit in units if unit.part == part]
    else:
        kept = [(row, unit) for row, unit in units if unit.part is None]
    return sorted(kept, key=lambda one: one[1].number)


def documents_of(catalogue: Catalogue, reading: Reading, citation: Citation) -> frozenset[str]:
    """The documents that fit everything said: beside the citation, else anywhere in the text.

    Of several versions of one document that fit, the one in force.
    """
    said = [] if reading.document is None else [catalogue.ids & {reading.document}]
    said += [catalogue.named(name) for name in (citation.document, citation.title) if name is not None]
    said += [] if citation.year is None else [catalogue.of_year(citation.year)]
    said += [] if citation.session is None else [catalogue.of_session(citation.session)]
    if len(said) == (reading.document is not None):
        said += [naming.documents for naming in (*reading.names, *reading.times)]
        said += [catalogue.named(other.symbol) for other in reading.citations if other.symbol is not None]
    return catalogue.records.families.preferred(catalogue.ids.intersection(*said))


def _missing(snapshot: Snapshot, catalogue: Catalogue, reading: Reading) -> str:
    understood = [
        *(naming.label for naming in (*reading.names, *reading.times)),
        *(citation.raw for citation in reading.citations),
    ]
    if reading.document is not None:
        understood.insert(0, f"document {reading.document}")
    return (
        f"{reading.text[:200]!r} names no unit of this index; understood: "
        f"{', '.join(dict.fromkeys(understood)) or 'nothing'}; {_lacking(snapshot, catalogue, reading)}; "
        "write for example 2019年会议建议17, or name the document by its id as `yinzheng documents` lists it"
    )


def _lacking(snapshot: Snapshot, catalogue: Catalogue, reading: Reading) -> str:
    if not reading.citations:
        return "expected a paragraph or recommendation number, a symbol, a resolution or a treaty article"
    for citation in reading.citations:
        if citation.kind not in _ADDRESSES:
            continue
        if not documents_of(catalogue, reading, citation):
            return "missing: a document that fits all of it"
        for _, unit in _units(snapshot, catalogue, reading, citation):
            labels = ", ".join(".".join(item.path) for item in unit.items) or "none"
            return f"missing: item {'.'.join(citation.item)} (the unit has items: {labels})"
        return f"missing: a unit with the number of {citation.raw}"
    return "missing: a unit that cites it"


def _label(reading: Reading, citation: Citation) -> str:
    named = "" if reading.document is None else f"{reading.document} "
    return named + citation.raw


def _once(found: Sequence[ResolvedReference]) -> list[ResolvedReference]:
    return list({(one.row, one.item): one for one in reversed(found)}.values())[::-1]
