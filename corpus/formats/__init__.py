"""Which format a file is in, and its text: `extract` looks at the bytes, not at the name."""

from collections.abc import Callable
from importlib import import_module

from corpus.formats.extracted import Extracted
from corpus.formats.sniff import FileFormat, sniff
from corpus.layout.decode import decode

__all__ = ["Extracted", "FileFormat", "extract", "sniff"]

# Imported when the first file of the format comes: a search never pays for them.
_READERS = {
    FileFormat.DOCX: ("corpus.formats.word.docx", "extract_docx"),
    FileFormat.DOC: ("corpus.formats.word.doc", "extract_doc"),
    FileFormat.ODT: ("corpus.formats.word.other", "extract_odt"),
    FileFormat.RTF: ("corpus.formats.word.other", "extract_rtf"),
    FileFormat.PDF: ("corpus.formats.pdf.document", "extract_pdf"),
    FileFormat.HTML: ("corpus.formats.html.document", "extract_html"),
}


def extract(data: bytes, name: str) -> Extracted:
    """The text of a file; `name` is for messages, and tells HTML from text where the bytes do not.

    Raises CorpusError: no format that is read, damaged, encrypted, or without text.
    Example: `extract("1. 甲。".encode(), "a.txt").text == "1. 甲。"`
    """
    found = sniff(data, name)
    if found in _READERS:
        return _reader(found)(data, name)
    text, encoding = decode(data, name)
    if "|" not in text and "<" not in text:
        return Extracted(text, encoding)
    from corpus.formats.markdown import extract_text

    return extract_text(text, encoding)


def _reader(found: FileFormat) -> Callable[[bytes, str], Extracted]:
    module, function = _READERS[found]
    reader: Callable[[bytes, str], Extracted] = getattr(import_module(module), function)
    return reader
