"""What every format is turned into: one text, and what only the layout of the file could tell."""

from dataclasses import dataclass

from corpus.types import Anomaly, Omission, TableRow

__all__ = ["Extracted"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file as the grammar reads it; every offset counts characters of `text`.

    `pages` holds the offset at which each page begins (empty where the file has no pages). `furniture`
    are whole lines of `text` that the layout shows to be running heads, page numbers or footnotes, and
    what was deleted or only tells how a word is read: they stay in the text, as omissions, so that nothing is
    lost in silence. `anomalies` tell what the file holds that is no text, or could not be read. `rows` are
    the rows of tables in order, each a whole line of `text`: 项目：大瓶；押金：一元.

    Example: `Extracted("1. 甲。\\f2. 乙。", "pdf", pages=(0, 6))`
    """

    text: str
    encoding: str
    pages: tuple[int, ...] = ()
    furniture: tuple[Omission, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()
    rows: tuple[TableRow, ...] = ()
