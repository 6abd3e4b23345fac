"""Tell the format of a file from its first bytes; the name decides only between text and HTML."""

import re
from enum import StrEnum
from pathlib import PurePath

__all__ = ["FileFormat", "sniff"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Every Office Open XML package has this part (ECMA-376 part 2, 10.1.2.1); names in a ZIP are not compressed.
_CONTENT_TYPES = b"[Content_Types].xml"
# The first entry of an OpenDocument file says what it is (ODF 1.3 part 2, 3.3), behind its local header.
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis.opendocument."
_RTF = b"{\\rtf"
_PDF_WITHIN = 1024  # bytes before %PDF that readers allow (PDF 1.7, implementation note 13)
_HTML_NAMES = frozenset({".html", ".htm", ".xhtml"})
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


class FileFormat(StrEnum):
    """The formats that are read."""

    TEXT = "text"
    HTML = "html"
    DOCX = "docx"
    DOC = "doc"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"


def sniff(data: bytes, name: str) -> FileFormat:
    """The format of a file; what is in no other format is TEXT, to be read or refused as text.

    Example: `sniff(b"%PDF-1.7 ...", "report.txt") is FileFormat.PDF`
    """
    if data.startswith(_ZIP) and (_CONTENT_TYPES in data or PurePath(name).suffix.lower() == ".docx"):
        return FileFormat.DOCX
    if data.startswith(_ZIP) and (_OPEN_DOCUMENT in data[:200] or PurePath(name).suffix.lower() == ".odt"):
        return FileFormat.ODT
    if data.lstrip()[: len(_RTF)] == _RTF:
        return FileFormat.RTF
    if data.startswith(_OLE):
        return FileFormat.DOC
    if data.startswith(b"%PDF-") or (b"%PDF-" in data[:_PDF_WITHIN] and name.lower().endswith(".pdf")):
        return FileFormat.PDF
    if _HTML.match(data) or PurePath(name).suffix.lower() in _HTML_NAMES:
        return FileFormat.HTML
    return FileFormat.TEXT
