"""A unit as a bibliography entry: what every export writes in its own way."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from api.files.kinds import KEYS
from corpus.types import UnitKind
from search.library import Library
from search.shapes.units import CitedUnit
from search.unit_key import UnitKey

if TYPE_CHECKING:
    from search.shapes.answers import SearchAnswer, UnitsAnswer
    from search.shapes.precedents import RelatedAnswer

__all__ = ["HitList", "Listed", "Reference", "hit_list"]

Listed: TypeAlias = "SearchAnswer | RelatedAnswer | UnitsAnswer"
"""What holds a list of units."""

_NOT_KEY = re.compile(r"[^0-9A-Za-z_]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """One unit with what its document says of itself; unknown is None.

    `key` is ASCII and differs for every unit of an index; `title` is the document's title, else its
    symbol, else its id; `pinpoint` the place in it, `建议17` or `附件一，第3段`; `quote` the verbatim text.
    Example: `Reference("r19-rec17", "r19", "…会议的报告", "贩运人口问题工作组", …)`
    """

    key: str
    document: str
    title: str
    body: str | None
    symbol: str | None
    date: datetime.date | None
    year: int | None
    meeting: tuple[datetime.date, datetime.date] | None
    place: str | None
    language: str | None
    citation: str
    pinpoint: str
    kind: str
    number: int
    item: str | None
    headings: tuple[str, ...]
    quote: str
    span: tuple[int, int]
    rank: int | None
    score: float | None

    @property
    def language_tag(self) -> str | None:
        """The language as BCP 47 writes it, where it is one that documents name."""
        return {"Chinese": "zh", "English": "en", "French": "fr"}.get(self.language or "")


@dataclass(frozen=True, slots=True)
class HitList:
    """Hits or units for export: the answer as JSON has it, and its units as references."""

    answer: Listed
    references: tuple[Reference, ...]

    @property
    def query(self) -> str | None:
        """What was asked; None for a list of all units."""
        return cast("str | None", self.answer.get("query"))

    @property
    def index_version(self) -> str:
        """The index that answered."""
        return str(self.answer["index_version"])


def hit_list(library: Library, answer: Listed) -> HitList:
    """The references of an answer of search, related, cited-by or units, in its order.

    Example: `hit_list(library, library.units()).references[0].pinpoint == "第1段"`
    """
    units = cast("Sequence[CitedUnit]", answer.get("hits", answer.get("units", ())))
    return HitList(answer, tuple(_reference(library, unit) for unit in units))


def _reference(library: Library, unit: CitedUnit) -> Reference:
    from corpus.citations.format import pinpoint_of

    address = UnitKey(
        unit["document"],
        UnitKind(unit["kind"]),
        unit["number"],
        unit.get("part"),
        unit.get("suffix"),
        unit.get("clause"),
    )
    metadata = library.document(address.document).metadata
    return Reference(
        key=_key(address, unit["item"]),
        title=metadata.title or metadata.symbol or address.document,
        body=metadata.body,
        symbol=metadata.symbol,
        date=metadata.date,
        year=metadata.year,
        meeting=metadata.meeting,
        place=metadata.place,
        language=metadata.language,
        document=address.document,
        citation=unit["citation"],
        pinpoint=pinpoint_of(library.find(address).unit, unit["item"]),
        kind=address.kind.value,
        number=address.number,
        item=unit["item"],
        headings=tuple(unit["headings"]),
        quote=unit["text"],
        span=(unit["span"][0], unit["span"][1]),
        rank=cast("int | None", unit.get("rank")),
        score=cast("float | None", unit.get("score")),
    )


def _key(address: UnitKey, item: str | None) -> str:
    """`r19-rec17-c`, `law-art5z1k2` for 第五条之一第二款.

    A digest joins it where the id or the annex loses characters, so that two never meet.
    """
    import xxhash

    words = [address.document, *([address.part] if address.part else [])]
    place = f"{KEYS[address.kind]}{address.number}" + (f"z{address.suffix}" if address.suffix else "")
    place += (f"k{address.clause}" if address.clause else "") + (f"-{item.replace('.', '-')}" if item else "")
    slug = _NOT_KEY.sub("-", address.document).strip("-")
    if [slug] == words:
        return f"{slug}-{place}"
    digest = xxhash.xxh3_64_hexdigest("\n".join(words).encode())[:8]
    return "-".join(filter(None, (slug, digest, place)))
