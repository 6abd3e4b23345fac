"""A paper: a title and blocks in reading order, which every format writes in its own way."""

from dataclasses import dataclass
from typing import NamedTuple

from search.wording.compare import ChangeKind

__all__ = ["Block", "Facts", "Heading", "Paper", "Piece", "Quotation", "Text"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 stands directly below the title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of our own words."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, as a table of two columns: `Facts((("索引版本", "7-3f2a9c"),))`."""

    rows: tuple[tuple[str, str], ...]


class Piece(NamedTuple):
    """Part of a compared wording: `Piece(ChangeKind.DROPPED, "应")`."""

    kind: ChangeKind
    text: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """A verbatim text with its citation; line ends of the text are kept.

    Example: `Quotation("缔约国应……", "《…》，建议17", notes=("标题：二. 建议",), rank=1)`
    """

    text: str
    citation: str
    notes: tuple[str, ...] = ()
    rank: int | None = None
    wording: tuple["Piece", ...] = ()
    """From an older wording to a newer, with what was dropped and added marked."""

    @property
    def label(self) -> str:
        """The citation, with the rank before it where there is one: `1. 《…》，建议17`."""
        return self.citation if self.rank is None else f"{self.rank}. {self.citation}"


Block = Heading | Text | Facts | Quotation


@dataclass(frozen=True, slots=True)
class Paper:
    """A title and what stands below it."""

    title: str
    blocks: tuple[Block, ...]
