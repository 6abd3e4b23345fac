"""A hit list as CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from api.files.exports.reference import HitList, Reference

__all__ = ["COLUMNS", "defused", "to_csv", "write_csv"]

COLUMNS = (
    *("rank", "score", "citation", "quote", "document", "title", "symbol", "body", "date", "year"),
    *("kind", "number", "item", "pinpoint", "headings", "start", "end"),
)

# A cell that begins so is a formula to a spreadsheet, quoted or not, and in East Asian editions also in
# full width (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(hits: HitList) -> bytes:
    """One row a unit under the names of COLUMNS, in UTF-8; unknown is an empty cell."""
    return to_csv(COLUMNS, map(_cells, hits.references))


def to_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table in UTF-8 with CRLF between rows; None is an empty cell, texts are defused.

    Example: `to_csv(["a"], [["=1+1"], [None]]) == b"a\\r\\n'=1+1\\r\\n\\"\\"\\r\\n"`
    """
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue().encode()


def defused(text: str) -> str:
    """An apostrophe before what a spreadsheet would compute: `defused("=1+1") == "'=1+1"`."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(value: object) -> object:
    return "" if value is None else defused(value) if isinstance(value, str) else value


def _cells(of: Reference) -> list[object]:
    return [
        *(of.rank, of.score, of.citation, of.quote, of.document, of.title, of.symbol, of.body),
        *(of.date.isoformat() if of.date else None, of.year, of.kind, of.number, of.item, of.pinpoint),
        *(" › ".join(of.headings), *of.span),
    ]
