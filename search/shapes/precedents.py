"""Precedents and chains as JSON, with their wording compared."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from search.precedents.order import Order
from search.shapes.units import CitedUnit, FoundUnit, Range
from search.wording.compare import ChangeKind, Shift, Strength

__all__ = [
    "ChainAnswer",
    "ChainLink",
    "Change",
    "ComparedWording",
    "Obliging",
    "PastedText",
    "PrecedentUnit",
    "RelatedAnswer",
    "SideBySide",
    "Since",
]


class Obliging(TypedDict):
    """The verb that obliges."""

    strength: Strength
    """Its place on the scale, from `shall` to `may`."""
    verb: str
    """As printed."""
    span: Range
    """In characters of its text."""


class Change(TypedDict):
    """A stretch of two texts; empty in the older where it was added, in the newer where it was dropped."""

    kind: ChangeKind
    """What became of it."""
    old: Range
    """In characters of the older text."""
    new: Range
    """In characters of the newer text."""
    text: str
    """Verbatim; what is kept as the newer text has it."""


class ComparedWording(TypedDict):
    """Two wordings, from the older to the newer."""

    changes: list[Change]
    """In order of place; together they are both texts."""
    before: Obliging | None
    """The verb that obliges in the older."""
    after: Obliging | None
    """The same in the newer."""
    shift: Shift | None
    """What became of the duty; null where either has no such verb."""


class SideBySide(ComparedWording):
    """A precedent's wording beside that of the source."""

    older: Literal["source", "hit"]
    """Which of the two is the older."""


class Since(ComparedWording):
    """A link's wording against the nearest before it."""

    since: str
    """Citation of that one."""


class PastedText(TypedDict):
    """A pasted text, as it was read."""

    text: str
    """Without control characters."""


class PrecedentUnit(FoundUnit):
    """A precedent."""

    date: str | None
    """Of its document."""
    diff: NotRequired[SideBySide]
    """The wording compared, where that was asked for."""


class RelatedAnswer(TypedDict):
    """Units of other documents that say the same."""

    query: str
    """The reference or the pasted text."""
    index_version: str
    """The index that answered."""
    by: Order
    """The order of the hits."""
    source: CitedUnit | PastedText
    """What precedents were sought for."""
    hits: list[PrecedentUnit]
    """The precedents."""


class ChainLink(CitedUnit):
    """One unit of a chain."""

    date: str | None
    """Of its document."""
    asked: bool
    """True for the unit that was asked for."""
    score: float | None
    """How near it is; null for the unit that was asked for."""
    obligation: Obliging | None
    """The verb that obliges."""
    change: Since | None
    """The wording against the nearest before it; null for the first."""


class ChainAnswer(TypedDict):
    """What was said on one matter over the years, earliest first."""

    query: str
    """The reference."""
    index_version: str
    """The index that answered."""
    threshold: float
    """The least score of a link."""
    links: list[ChainLink]
    """The units."""
