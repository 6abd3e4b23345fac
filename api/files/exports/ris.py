"""A hit list as RIS, through rispy: for EndNote, Zotero, NoteExpress."""

from typing import Any

from api.files.exports.reference import HitList, Reference
from api.files.extras import need

__all__ = ["write_ris"]


def write_ris(hits: HitList) -> bytes:
    """Entries of type RPRT in UTF-8; raises ExportUnavailable where rispy is not installed.

    The symbol stands under SN, which for a report is its number (EndNote, reference type Report), the
    pinpoint under N1, the quotation under AB. A tag of RIS ends with its line, so line ends of a quotation
    become spaces; nothing else of it changes.
    """
    with need("RIS", "rispy"):
        import rispy

    class Unnumbered(rispy.RisWriter):  # type: ignore[misc]  # rispy carries no type information
        """Without the count that rispy prints before each entry, and the format does not know."""

        def set_header(self, count: int) -> str:
            return ""

    text: str = rispy.dumps([_fields(each) for each in hits.references], implementation=Unnumbered)
    return text.encode()


def _fields(of: Reference) -> dict[str, Any]:
    fields = {
        "type_of_reference": "RPRT",
        "id": of.key,
        "title": of.title,
        "year": None if of.year is None and of.date is None else str(of.date.year if of.date else of.year),
        "date": of.date.strftime("%Y/%m/%d/") if of.date else None,
        "issn": of.symbol,
        "language": of.language_tag,
        "abstract": of.quote,
    }
    lists = {"authors": [of.body] if of.body else [], "notes": [of.pinpoint, of.citation]}
    single = {name: _line(text) for name, text in fields.items() if text is not None}
    return {**single, **{name: [_line(text) for text in texts] for name, texts in lists.items() if texts}}


def _line(text: str) -> str:
    return " ".join(text.split())
