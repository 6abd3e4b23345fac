"""What is new for a query."""

from typing_extensions import TypedDict

from search.shapes.units import FoundUnit, Relation

__all__ = ["NewDocument", "NewUnit", "NewsAnswer"]


class NewUnit(FoundUnit):
    """A unit that fits a query, and when it came in."""

    came: str | None
    """When its words came into the index first, as 2031-05-19T08:30:00+00:00; null if not known."""
    fit: float
    """How well it fits, 0 to 1."""


class NewDocument(TypedDict):
    """A version, corrigendum or addendum of a document that fits a query."""

    document: str
    """Id of the document that came in."""
    title: str | None
    """Its title."""
    symbol: str | None
    """Its symbol."""
    relation: Relation
    """What it is to the other: `supersedes`, `corrects`, `adds_to` or `final_of`."""
    of: str
    """Id of the document that it replaces, corrects or adds to."""
    of_title: str | None
    """The title of that document."""
    came: str
    """When the newest of its words came into the index."""


class NewsAnswer(TypedDict):
    """What is new for a query, the newest first."""

    query: str
    """What was asked."""
    index_version: str
    """The index that answered."""
    since: str | None
    """Only what came in after this; null: whatever came in last."""
    until: str | None
    """When the newest words of the whole index came in: the `since` of the next time."""
    least: float
    """The fit below which a unit is not listed."""
    units: list[NewUnit]
    """The units."""
    documents: list[NewDocument]
    """The documents."""
