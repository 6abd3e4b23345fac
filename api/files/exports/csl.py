"""A hit list as CSL-JSON: for Zotero, pandoc, citeproc."""

import datetime
from typing import Any

import orjson

from api.files.exports.reference import HitList, Reference

__all__ = ["write_csl"]


def write_csl(hits: HitList) -> bytes:
    """A list of items of type report in UTF-8, fields as csl-data.json of the CSL schema names them.

    The symbol is `number`, the pinpoint `locator` and `note`, the quotation `abstract`, line ends kept.
    """
    items = [_item(each) for each in hits.references]
    return orjson.dumps(items, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _item(of: Reference) -> dict[str, Any]:
    fields = {
        "id": of.key,
        "type": "report",
        "title": of.title,
        "author": [{"literal": of.body}] if of.body else None,
        "number": of.symbol,
        "issued": _issued(of),
        "event-date": {"date-parts": [_parts(day) for day in of.meeting]} if of.meeting else None,
        "event-place": of.place,
        "language": of.language_tag,
        "locator": of.pinpoint,
        "note": of.pinpoint,
        "abstract": of.quote,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _issued(of: Reference) -> dict[str, Any] | None:
    """The date of distribution; where that is not printed, the year people call the document by."""
    if of.date is not None:
        return {"date-parts": [_parts(of.date)]}
    return None if of.year is None else {"date-parts": [[of.year]]}


def _parts(day: datetime.date) -> list[int]:
    return [day.year, day.month, day.day]
