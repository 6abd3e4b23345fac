"""The data model of a document: what the rest of the program is about.

| type       | key                            | example                                     |
|------------|--------------------------------|---------------------------------------------|
| Document   | id                             | `2019-report`                               |
| Unit       | document, part, kind, number   | `2019-report`, None, recommendation, 17     |
| Item       | unit, label path               | 建议 7 → `c`                                  |
| Alignment  | unit                           | text[0:12] is source[2041:2053], …          |
| Gap        | unit, at                       | a footnote between text[120] and text[121]  |
| Anomaly    | document, span                 | missing_number at [9120, 9121)              |

Offsets are in characters of the source text as decoded (byte-order mark dropped, line ends
as they stand), end excluded.
"""

import bisect
import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "Anomaly",
    "AnomalyKind",
    "Document",
    "Gap",
    "Item",
    "Metadata",
    "Omission",
    "OmissionKind",
    "Relation",
    "Run",
    "Span",
    "TableRow",
    "Unit",
    "UnitKind",
    "page_at",
]


_SINGLE_FACETS = frozenset({"type", "year", "body", "session", "place", "distribution", "language", "symbol"})


class Span(NamedTuple):
    """A half-open range of characters, e.g. `Span(3, 7)` is characters 3, 4, 5 and 6."""

    start: int
    end: int


class Run(NamedTuple):
    """`text[text_start:text_start+length] == source[source_start:source_start+length]`."""

    text_start: int
    source_start: int
    length: int


class UnitKind(StrEnum):
    """What a unit is cited as. A BLOCK is text that belongs to no printed number, at its place."""

    PARAGRAPH = "paragraph"
    RECOMMENDATION = "recommendation"
    ARTICLE = "article"
    BLOCK = "block"


class AnomalyKind(StrEnum):
    """What could not be decided, or looks wrong in the source and is served as it stands."""

    MISSING_NUMBER = "missing_number"
    OUT_OF_ORDER = "out_of_order"
    DUPLICATE_NUMBER = "duplicate_number"
    AMBIGUOUS_NUMBERING = "ambiguous_numbering"
    NUMBER_INFERRED = "number_inferred"
    MIXED_LANGUAGE = "mixed_language"
    MOJIBAKE = "mojibake"
    SUSPECT_SYMBOL = "suspect_symbol"
    NO_NUMBERS = "no_numbers"
    REPLACEMENT_CHARACTER = "replacement_character"
    UNPLACED_TEXT = "unplaced_text"
    PAGE_WITHOUT_TEXT = "page_without_text"
    RECOGNISED_TEXT = "recognised_text"
    HIDDEN_TEXT = "hidden_text"
    UNMAPPED_CHARACTERS = "unmapped_characters"
    UNREAD_TEXT = "unread_text"
    UNKNOWN_METADATA = "unknown_metadata"
    TRACKED_CHANGES = "tracked_changes"
    NOT_READ = "not_read"


class OmissionKind(StrEnum):
    """Why a place of the source is no text of a unit; NUMBER is the printed label before one."""

    ADDRESS = "address"
    CONTENTS = "contents"
    DELETED = "deleted"
    FOOTNOTE = "footnote"
    HEADING = "heading"
    HIDDEN = "hidden"
    LINK = "link"
    NUMBER = "number"
    PAGE_NUMBER = "page_number"
    RUBY = "ruby"
    RULE = "rule"
    RUNNING_HEAD = "running_head"
    TITLE_PAGE = "title_page"
    TOPICS = "topics"
    TRANSLATION = "translation"
    TURNED = "turned"


class Relation(StrEnum):
    """What a document is to another of its family; UNRELATED_TO is what an owner says against a wrong one."""

    SUPERSEDES = "supersedes"
    SUPERSEDED_BY = "superseded_by"
    CORRECTS = "corrects"
    CORRECTED_BY = "corrected_by"
    DRAFT_OF = "draft_of"
    FINAL_OF = "final_of"
    DUPLICATE_OF = "duplicate_of"
    ADDS_TO = "adds_to"
    ADDED_BY = "added_by"
    UNRELATED_TO = "unrelated_to"


@dataclass(frozen=True, slots=True)
class Omission:
    """A place of the source that is no unit's text, and why.

    Example: `Omission(PAGE_NUMBER, Span(4011, 4013))`
    """

    kind: OmissionKind
    span: Span


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something to tell the reader about a document, with its place in the source.

    Example: `Anomaly(MISSING_NUMBER, "paragraph 12 follows paragraph 10; 11 was not found", Span(88, 91))`
    """

    kind: AnomalyKind
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Item:
    """A lettered or numbered item inside a unit, addressed by its label path.

    `path` is `("c",)` for (c), `("c", "ii")` for (ii) under (c). `text` is the slice of the unit's
    text from the label to the end of the item; `start`, `end` are offsets in the unit's text.
    """

    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Something of the source that a unit's text passes over: it stood before `text[at]`.

    Example: `Gap(120, FOOTNOTE, Span(2041, 2102))` is shown as 〔…〕 between text[119] and text[120]
    """

    at: int
    kind: OmissionKind
    span: Span


class TableRow(NamedTuple):
    """A row of a table as a reader of files tells it: one line of the source, its cells with their heads.

    `table` counts the tables of the file from 1, `row` the rows below the head row, from 1.
    Example: `TableRow(Span(88, 101), 1, 3)` for the line `项目：大瓶；押金：一元`
    """

    span: Span
    table: int
    row: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A citable paragraph, recommendation, article, or block.

    `text` is verbatim: its runs are slices of the source in source order, and what stands between
    runs is white space only. Markdown marks, running heads, page numbers and footnotes that break
    a paragraph are not part of it; `gaps` says where they stood. `span` covers text from its first to its
    last source character (the printed number stands before it). `part` names the annex whose own
    numbering holds the unit, None in the body. `headings` go from outermost to innermost. `topics` are the
    key topics printed for the section (关键专题). `number_inferred` is true where the number is not printed
    but follows from the sequence.

    An article has its number, `suffix` 1 for 之一, and `clause` where a 款 of it is the unit. A block has a
    number that counts the blocks of its part, and `label`, what it is cited as (序言部分第2段, 表1第3行);
    `table` and `row` count from 1 where it is the row of a table.

    Example: `Unit("r19", RECOMMENDATION, 7, None, "缔约国应…", (Run(0, 812, 4),), Span(812, 816), …)`
    """

    document: str
    kind: UnitKind
    number: int
    part: str | None
    text: str
    runs: tuple[Run, ...]
    span: Span
    headings: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    number_inferred: bool = False
    suffix: int | None = None
    clause: int | None = None
    label: str | None = None
    gaps: tuple[Gap, ...] = ()
    table: int | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself, or its owner says of it. Unknown is None, never a guess.

    `meeting` is the first and last day of the meeting that the document reports on or was
    prepared for; `date` the date of distribution. `session` is the number in 第九次会议.
    `type` (report, law, judgment …), `country`, `topics`, `facets` (pairs of name and value), `stated_year`
    and `relations` (to a document by id, symbol or title) are there only where the owner says so.
    `fingerprint` is that of `corpus.families`, by which nearly equal texts are found.
    Example: `Metadata(title="…会议的报告", body="贩运人口问题工作组", session=9, place="维也纳", …)`
    """

    title: str | None = None
    body: str | None = None
    session: int | None = None
    meeting: tuple[datetime.date, datetime.date] | None = None
    date: datetime.date | None = None
    place: str | None = None
    distribution: str | None = None
    language: str | None = None
    symbol: str | None = None
    type: str | None = None
    country: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()
    stated_year: int | None = None
    relations: tuple[tuple[Relation, str], ...] = ()
    fingerprint: str | None = field(default=None, compare=False)

    @property
    def year(self) -> int | None:
        """The year people call the document by: as stated, else of its meeting, else of its distribution."""
        if self.stated_year is not None:
            return self.stated_year
        if self.meeting is not None:
            return self.meeting[0].year
        return self.date.year if self.date is not None else None

    def over(self, other: "Metadata") -> "Metadata":
        """This, and the other where this says nothing.

        Example: `Metadata(title="甲").over(Metadata(title="乙", session=3)).title == "甲"`
        """
        values = {
            entry.name: mine if (mine := getattr(self, entry.name)) not in (None, ()) else theirs
            for entry in fields(Metadata)
            for theirs in [getattr(other, entry.name)]
        }
        return Metadata(**values)

    def values(self, name: str) -> tuple[str, ...]:
        """What the document has under the name of a facet, its own or one of the owner's; empty: nothing.

        Example: `Metadata(country=("林泽",), stated_year=2031).values("year") == ("2031",)`
        """
        if name in ("country", "topics"):
            return self.country if name == "country" else self.topics
        if name in _SINGLE_FACETS:
            value = getattr(self, name)
            return () if value is None else (str(value),)
        return tuple(value for key, value in self.facets if key == name)


@dataclass(frozen=True, slots=True)
class Document:
    """A source text and what was found in it, in reading order.

    Every character that is not white space or markup stands before the first unit (the head), in a
    unit, in a label, in an omission, or under an `UNPLACED_TEXT` anomaly. `pages` holds the offset in
    `source` at which each page of the file begins; it is empty where the file has no pages.
    """

    id: str
    source: str
    encoding: str
    metadata: Metadata
    units: tuple[Unit, ...]
    anomalies: tuple[Anomaly, ...]
    omissions: tuple[Omission, ...] = ()
    pages: tuple[int, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, on which a character of the source stands; None without pages.

        Example: with `pages == (0, 900)`, `page_at(899) == 1` and `page_at(900) == 2`
        """
        return page_at(self.pages, offset)


def page_at(pages: Sequence[int], offset: int) -> int | None:
    """The page, counted from 1, of a source whose pages begin at these offsets; None without pages.

    Example: `page_at((0, 900), 900) == 2`
    """
    return bisect.bisect_right(pages, offset) or None
