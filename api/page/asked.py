"""What an address asks for: the whole state of a search is in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from corpus.types import UnitKind
from search.query import MAX_LENGTH, Query, parse_query
from search.shapes.units import CitedUnit
from search.unit_key import UnitKey

__all__ = ["LETTERS", "STEPS", "Asked", "address", "asked_of", "document_address", "key_of_address"]

LETTERS: Mapping[str, str] = {
    UnitKind.PARAGRAPH: "p",
    UnitKind.RECOMMENDATION: "r",
    UnitKind.ARTICLE: "a",
    UnitKind.BLOCK: "b",
}
"""The letter of a kind in the address of a unit: `/d/2031-report/r/3`."""

STEPS = ("part", "suffix", "clause")
"""What tells units of one number apart, each a parameter of their address."""

SHOWN = 10
MOST = 50

_MANY = ("kind", "document", "year", "type", "facet")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as an address holds it.

    Example: `Asked("a", kind=("recommendation",)).address() == "/?q=a&kind=recommendation"`
    """

    q: str = ""
    k: int = SHOWN
    kind: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    facet: tuple[str, ...] = ()
    """Each as `country=林泽`."""
    versions: str = "current"

    def query(self) -> Query:
        """The query to run; raises BadQuery."""
        years = [int(year) for year in self.year if year.isdecimal() and len(year) < 5]
        return parse_query(
            self.q,
            k=self.k,
            kinds=self.kind,
            documents=self.document,
            years=years,
            types=self.type,
            facets=self.facet,
            versions=self.versions,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values, as a form holds them."""
        many = [(name, value) for name in _MANY for value in getattr(self, name)]
        k = [("k", str(self.k))] if self.k != SHOWN else []
        return [("q", self.q), *many, *k, *([("versions", "all")] if self.versions == "all" else [])]

    def filters(self) -> list[tuple[str, str]]:
        """The filters that are set."""
        return [(name, value) for name in _MANY for value in getattr(self, name)]

    def has(self, name: str, value: object) -> bool:
        """Whether a filter is set."""
        return str(value) in getattr(self, name, ())

    def address(self, path: str = "/") -> str:
        """The address of this search."""
        return f"{path}?{urlencode(self.pairs())}"

    def toggled(self, name: str, value: object) -> str:
        """The address with a filter set, or without it where it was set."""
        held, one = getattr(self, name), str(value)
        changed = tuple(v for v in held if v != one) if one in held else (*held, one)
        held_by: dict[str, tuple[str, ...]] = {each: getattr(self, each) for each in _MANY}
        return Asked(self.q, self.k, versions=self.versions, **{**held_by, name: changed}).address()

    def other_versions(self) -> str:
        """The address that asks all versions of documents, or those in force again."""
        return replace(self, versions="current" if self.versions == "all" else "all").address()

    def more(self) -> str | None:
        """The address that shows more hits; None where no more are shown."""
        return replace(self, k=min(MOST, self.k + 20)).address() if self.k < MOST else None

    def file(self, format: str) -> str:
        """The address of the same hits as a file for other programs."""
        return f"{self.address('/v1/search')}&{urlencode([('format', format)])}"

    @property
    def feed(self) -> str:
        """The address of the same search as a feed of what is new for it."""
        return self.address("/v1/feed")

    @property
    def is_pasted(self) -> bool:
        """Whether the text is a pasted paragraph rather than a question or a few words."""
        text = self.q.strip()
        return len(text) >= 60 and not text.endswith(("？", "?")) and any(c in text for c in "。，；,;")


def asked_of(parameters: QueryParams) -> Asked:
    """The search of an address; what is not understood is left out."""
    k = parameters.get("k", "")
    kinds = tuple(one for one in parameters.getlist("kind") if one in LETTERS)
    return Asked(
        q=parameters.get("q", "")[: MAX_LENGTH + 1].encode("utf-8", "replace").decode(),
        k=min(MOST, max(1, int(k))) if k.isdecimal() and len(k) < 4 else SHOWN,
        kind=kinds,
        document=tuple(filter(None, parameters.getlist("document")))[:100],
        type=tuple(filter(None, parameters.getlist("type")))[:100],
        facet=tuple(one for one in parameters.getlist("facet") if "=" in one[1:-1])[:100],
        versions="all" if parameters.get("versions") == "all" else "current",
        year=tuple(one for one in parameters.getlist("year") if one.isdecimal() and 0 < len(one) < 5),
    )


def key_of_address(asked: QueryParams) -> UnitKey | None:
    """The unit that an address names by `document`, `kind`, `number` and so on; None where it names none."""
    steps = [asked.get(name) or "" for name in ("number", *STEPS[1:])]
    number, suffix, clause = (int(step) if step.isdecimal() and len(step) < 8 else None for step in steps)
    if number is None or asked.get("kind") not in LETTERS or not asked.get("document"):
        return None
    return UnitKey(
        asked["document"], UnitKind(asked["kind"]), number, asked.get("part") or None, suffix, clause
    )


def document_address(document: str) -> str:
    """Where a document is read: `/d/2031-report`."""
    return f"/d/{quote(document, safe='')}"


def address(unit: CitedUnit, pairs: Iterable[tuple[str, str]] = ()) -> str:
    """The permalink of a unit: `/d/2031-report/r/3`; the annex of which it is one follows as `part`."""
    said = [(name, str(value)) for name in STEPS if (value := unit.get(name))]
    query = urlencode([*said, *pairs])
    path = f"{document_address(unit['document'])}/{LETTERS[unit['kind']]}/{unit['number']}"
    return f"{path}?{query}" if query else path
