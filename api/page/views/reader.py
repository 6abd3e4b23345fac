"""The reader: a document in order, with its headings, gaps, anomalies, and a permalink for each unit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.page.asked import LETTERS, Asked, document_address
from api.page.cite import meta_tags
from api.page.marking import found_words
from api.page.views.hits import Shown, unit
from corpus.types import UnitKind
from search.errors import NothingCited, UnknownUnit
from search.library import Library, Place
from search.library.units import document_json, unit_json

if TYPE_CHECKING:
    from indexer.snapshot import StoredDocument
    from search.shapes.units import CitedUnit

__all__ = ["document", "kind_of", "row_of"]

PAGE = 9_000
"""Characters of text on one page of the reader; its HTML then stays below 60 kB."""

CONTENTS = 150


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit of the reader: the headings that begin before it, and what looks wrong in it."""

    shown: Shown
    headings: list[tuple[int, str]]
    anomalies: list[str]
    is_asked: bool


def kind_of(letter: str) -> UnitKind:
    """The kind of a letter in an address; raises UnknownUnit."""
    for kind, known in LETTERS.items():
        if known == letter:
            return UnitKind(kind)
    raise UnknownUnit(f"{letter!r:.20} is no kind of unit; expected one of {', '.join(LETTERS.values())}")


def row_of(library: Library, document: str, kind: UnitKind, number: int, wanted: dict[str, str]) -> int:
    """The row of a unit by its printed place; raises UnknownUnit."""
    rows = library.snapshot.units.rows(document=document, kind=kind, number=number)
    fitting = [row for row in rows if _fits(library, row, wanted)]
    if not fitting:
        library.document(document)
        raise UnknownUnit(
            f"{document} has no {kind.value} {number}; the contents of the document list what it has"
        )
    return fitting[0]


def _fits(library: Library, row: int, wanted: dict[str, str]) -> bool:
    one = library.snapshot.units.get(row)
    said = {"part": one.part, "suffix": one.suffix, "clause": one.clause}
    return all(str(said[name]) == value for name, value in wanted.items())


def document(
    library: Library,
    name: str,
    *,
    row: int | None = None,
    number: int = 1,
    asked: Asked | None = None,
    at: int = 0,
) -> dict[str, Any]:
    """A page of a document: that of the unit of `row` where one is asked for, else page `number`."""
    stored = library.document(name)
    rows = library.snapshot.units.rows(document=name)
    pages = _pages(library, rows)
    number = next((n for n, held in enumerate(pages, 1) if row in held), max(1, min(number, len(pages) or 1)))
    held = pages[number - 1] if pages else []
    hits = _hits(library, asked, at)
    return {
        "stored": stored,
        "record": document_json(stored, with_path=False),
        "tags": meta_tags(stored),
        "entries": _entries(library, stored, held, row, hits.get("words", [])),
        "contents": _contents(library, stored, pages),
        "page_number": number,
        "pages": len(pages),
        "name": name,
        "focus": None if row is None else _one(library, row),
        "asked": asked,
        "index_version": library.index_version,
        **hits,
    }


def _one(library: Library, row: int) -> Shown:
    return unit(library, unit_json(library, library.at(row)))


def _pages(library: Library, rows: list[int]) -> list[list[int]]:
    """Rows by page of the reader."""
    pages: list[list[int]] = []
    size = PAGE
    for row in rows:
        length = len(library.snapshot.units.get(row).text) + 120
        if size + length > PAGE:
            pages.append([])
            size = 0
        pages[-1].append(row)
        size += length
    return pages


def _entries(
    library: Library, stored: "StoredDocument", rows: list[int], asked_row: int | None, words: list[str]
) -> list[Entry]:
    entries, before, seen = [], tuple[str, ...](), set[str]()
    for row in rows:
        place = library.at(row)
        shown = unit(library, unit_json(library, place), words)
        if shown.anchor in seen:
            shown = _renamed(shown)
        seen.add(shown.anchor)
        now = place.unit.headings
        shared = next(
            (n for n, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1]),
            min(len(before), len(now)),
        )
        headings = [(depth, text) for depth, text in enumerate(now) if depth >= shared]
        entries.append(Entry(shown, headings, _anomalies(stored, place), row == asked_row))
        before = now
    return entries


def _shared(before: tuple[str, ...], now: tuple[str, ...]) -> int:
    """How many of the outermost headings are the same."""
    differ = (n for n, pair in enumerate(zip(before, now, strict=False)) if pair[0] != pair[1])
    return next(differ, min(len(before), len(now)))


def _renamed(shown: Shown) -> Shown:
    from dataclasses import replace

    from api.page.views.hits import anchor

    return replace(shown, anchor=anchor(shown.unit, first=False))


def _anomalies(stored: "StoredDocument", place: Place) -> list[str]:
    """What looks wrong within the unit."""
    start, end = place.span
    return [one.kind.value for one in stored.anomalies if start <= one.span.start < end]


def _contents(
    library: Library, stored: "StoredDocument", pages: list[list[int]]
) -> list[tuple[int, str, str]]:
    """Headings with their depth and where they begin."""
    from api.page.asked import address

    found: list[tuple[int, str, str]] = []
    before: tuple[str, ...] = ()
    for held in pages:
        for row in held:
            place = library.at(row)
            now = place.unit.headings
            if now != before:
                one = unit_json(library, place)
                found += [
                    (depth, text, address(one))
                    for depth, text in enumerate(now)
                    if depth >= len(before) or now[: depth + 1] != before[: depth + 1]
                ]
            before = now
    shallow = [one for one in found if one[0] < 2] if len(found) > CONTENTS else found
    return shallow[:CONTENTS]


def _hits(library: Library, asked: Asked | None, at: int) -> dict[str, Any]:
    """The words that a search looked for, and the hits before and after the one that was opened."""
    if asked is None or not asked.q or not at:
        return {"previous": None, "following": None, "words": []}
    from api.page.asked import address

    results = library.search(asked.query())["hits"]
    words = [word for one in results[at - 1 : at] for word in found_words(one["why"])]

    def where(rank: int) -> str | None:
        fitting: list[CitedUnit] = [one for one in results if one["rank"] == rank]
        return address(fitting[0], [*asked.pairs(), ("hit", str(rank))]) if fitting else None

    return {"previous": where(at - 1), "following": where(at + 1), "words": words}


def cited_by(library: Library, reference: str) -> dict[str, Any]:
    """The units that cite a thing; where it cannot be cited, why."""
    try:
        found = library.cited_by(reference)["units"]
        why = None
    except NothingCited as error:
        found, why = [], str(error)
    return {
        "reference": reference,
        "units": [unit(library, one, whole=False) for one in found[:50]],
        "count": len(found),
        "why": why,
        "index_version": library.index_version,
        "back": document_address(reference),
    }
