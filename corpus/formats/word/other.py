"""Read OpenDocument (ODT) and RTF through LibreOffice, as DOC is."""

from dataclasses import replace

from corpus.errors import BinaryFile, EncryptedFile
from corpus.formats.extracted import Extracted
from corpus.formats.word.doc import as_docx
from corpus.formats.word.docx import extract_docx
from corpus.formats.zip_checks import checked_zip

__all__ = ["extract_odt", "extract_rtf"]

_TEXT = b"application/vnd.oasis.opendocument.text"


def extract_odt(data: bytes, name: str) -> Extracted:
    """The text of an OpenDocument text; `name` is for messages.

    Raises BadArchive, BinaryFile, EncryptedFile, MissingConverter, or what `extract_docx` raises.
    Example: `extract_odt(path.read_bytes(), "a.odt").encoding == "odt"`
    """
    archive = checked_zip(data, name)  # as any archive that comes from outside
    entries = set(archive.namelist())
    if "mimetype" in entries and not archive.read("mimetype").startswith(_TEXT):
        raise BinaryFile(
            f"{name} is an OpenDocument file, but no text; a document was expected: save it as DOCX or PDF"
        )
    if "META-INF/manifest.xml" in entries and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise EncryptedFile(
            f"{name} is protected by a password; a document that opens without one was expected: "
            "save it without protection"
        )
    docx = as_docx(data, name, "an OpenDocument text (ODT)", "odt")
    return replace(extract_docx(docx, name), encoding="odt")


def extract_rtf(data: bytes, name: str) -> Extracted:
    """The text of an RTF document; `name` is for messages.

    Raises DamagedFile, MissingConverter, or what `extract_docx` raises.
    Example: `extract_rtf(path.read_bytes(), "a.rtf").encoding == "rtf"`
    """
    return replace(extract_docx(as_docx(data, name, "an RTF document", "rtf"), name), encoding="rtf")
