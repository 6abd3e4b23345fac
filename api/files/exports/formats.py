"""The formats of an export: name, media type, file ending, and the writer of each."""

from enum import StrEnum
from typing import NamedTuple, Protocol

from api.files.exports.reference import HitList

__all__ = ["ExportFormat", "FileType", "Writer", "file_type", "render"]


class ExportFormat(StrEnum):
    """How a hit list is written."""

    JSON = "json"
    CSV = "csv"
    RIS = "ris"
    BIBTEX = "bibtex"
    CSL_JSON = "csl-json"
    DOCX = "docx"


class Writer(Protocol):
    """What the module of a format has: a function from a hit list to the bytes of a file."""

    def __call__(self, hits: HitList) -> bytes:
        """The file; raises ExportUnavailable where a library is missing."""


class FileType(NamedTuple):
    """Media type as registered with IANA where it is, and file ending without a dot."""

    media_type: str
    ending: str


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES = {
    ExportFormat.JSON: FileType("application/json", "json"),
    ExportFormat.CSV: FileType("text/csv; charset=utf-8", "csv"),
    ExportFormat.RIS: FileType("application/x-research-info-systems; charset=utf-8", "ris"),
    ExportFormat.BIBTEX: FileType("application/x-bibtex; charset=utf-8", "bib"),
    ExportFormat.CSL_JSON: FileType("application/vnd.citationstyles.csl+json", "csl.json"),
    ExportFormat.DOCX: FileType(_WORD, "docx"),
}


def file_type(format: ExportFormat) -> FileType:
    """Media type and ending: `file_type(ExportFormat.RIS).ending == "ris"`."""
    return _TYPES[format]


def render(hits: HitList, format: ExportFormat, *, bom: bool = False) -> bytes:
    """The hit list as a file. `bom` sets a byte-order mark before a CSV file, by which Excel knows UTF-8.

    Raises ExportUnavailable where the library of the format is not installed.
    """
    if bom and format is ExportFormat.CSV:
        return b"\xef\xbb\xbf" + _writer(format)(hits)
    return _writer(format)(hits)


def _writer(format: ExportFormat) -> Writer:
    """The writer, from its own module: an export loads the library of one format."""
    match format:
        case ExportFormat.JSON:
            from api.files.exports.answer_json import write_json as write
        case ExportFormat.CSV:
            from api.files.exports.table import write_csv as write
        case ExportFormat.RIS:
            from api.files.exports.ris import write_ris as write
        case ExportFormat.BIBTEX:
            from api.files.exports.bibtex import write_bibtex as write
        case ExportFormat.CSL_JSON:
            from api.files.exports.csl import write_csl as write
        case ExportFormat.DOCX:
            from api.files.exports.word import write_docx as write
    return write
