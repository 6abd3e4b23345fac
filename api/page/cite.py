"""How a unit is cited: by the editorial manuals of the United Nations, by GB/T 7714, for Zotero."""

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from corpus.types import Metadata
from search.library import Library
from search.shapes.units import CitedUnit

if TYPE_CHECKING:
    from indexer.snapshot import StoredDocument

__all__ = ["Form", "context_object", "forms", "meta_tags"]

_ENGLISH = {"paragraph": "para.", "recommendation": "recommendation", "article": "article"}


class Form(NamedTuple):
    """One way to cite a unit: its name in Chinese and English, and the words to copy."""

    zh: str
    en: str
    text: str


def forms(library: Library, unit: CitedUnit) -> tuple[Form, ...]:
    """The citations that are one line; BibTeX and RIS are files of their own.

    What the document does not print is left out, never supplied: an English citation stands on the symbol,
    and where that is not known on the Chinese title.
    """
    stored = library.document(unit["document"])
    return (
        Form("中文（联合国体例）", "Chinese (UN style)", _chinese(stored.metadata, unit)),
        Form("英文（联合国体例）", "English (UN style)", _english(stored, unit)),
        Form("GB/T 7714—2015", "GB/T 7714—2015", _national(stored, unit)),
    )


def _chinese(of: Metadata, unit: CitedUnit) -> str:
    """With the symbol behind the title where the citation does not have it."""
    citation = unit["citation"]
    if of.symbol is None or of.symbol in citation or "》" not in citation:
        return citation
    title, mark, rest = citation.rpartition("》")
    return f"{title}{mark}（{of.symbol}）{rest}"


def _english(stored: "StoredDocument", unit: CitedUnit) -> str:
    of = stored.metadata
    name = of.symbol or (f"“{of.title}” (in Chinese)" if of.title else stored.id)
    kind = _ENGLISH.get(unit["kind"])
    if kind is None:
        return f"{name}, {unit.get('label', '')}".rstrip(", ")
    place = f"{kind} {unit['number']}"
    if unit.get("suffix"):
        place += f" ({unit['suffix']})"
    if unit["item"]:
        place += "".join(
            f" ({label})" if n == 0 else f"({label})" for n, label in enumerate(unit["item"].split("."))
        )
    part = unit.get("part")
    return f"{name}, {part}, {place}" if part else f"{name}, {place}"


def _national(stored: "StoredDocument", unit: CitedUnit) -> str:
    """责任者. 题名: 文号[R]. 地点, 年: 引文位置.  A part that is not known is left out."""
    of = stored.metadata
    title = (of.title or of.symbol or stored.id) + (f": {of.symbol}" if of.symbol and of.title else "")
    where = unit["citation"].rpartition("》，")[2] if "》，" in unit["citation"] else ""
    year = str(of.date.year if of.date else of.year or "")
    issued = ", ".join(filter(None, (of.place, year)))
    tail = ": ".join(filter(None, (issued, where)))
    return "".join(
        filter(None, (f"{of.body}. " if of.body else "", f"{title}[R]. ", f"{tail}." if tail else ""))
    )


def context_object(library: Library, unit: CitedUnit) -> str:
    """A COinS for Zotero: ANSI/NISO Z39.88-2004, a report in the format of books."""
    of = library.document(unit["document"]).metadata
    fields = {
        "ctx_ver": "Z39.88-2004",
        "rft_val_fmt": "info:ofi/fmt:kev:mtx:book",
        "rft.genre": "report",
        "rft.btitle": of.title or of.symbol or unit["document"],
        "rft.aucorp": of.body,
        "rft.date": of.date.isoformat() if of.date else of.year,
        "rft.issn": of.symbol,
        "rft.pages": unit["citation"].rpartition("》，")[2],
    }
    return urlencode({name: value for name, value in fields.items() if value})


def meta_tags(stored: "StoredDocument") -> list[tuple[str, str]]:
    """Dublin Core and Highwire tags of a document: what it prints, and nothing else."""
    of = stored.metadata
    date = of.date.isoformat() if of.date else None
    pairs = [
        ("citation_title", of.title or of.symbol or stored.id),
        ("citation_author", of.body),
        ("citation_publication_date", date.replace("-", "/") if date else str(of.year or "")),
        ("citation_technical_report_number", of.symbol),
        ("citation_language", "zh"),
        ("DC.title", of.title or of.symbol or stored.id),
        ("DC.creator", of.body),
        ("DC.date", date or str(of.year or "")),
        ("DC.identifier", of.symbol),
        ("DC.language", "zh"),
        ("DC.type", "Text"),
    ]
    return [(name, value) for name, value in pairs if value]
