"""Errors of reading a document.

    CorpusError
    ├── UnreadableFile      the file cannot be opened or read
    ├── EmptyFile           no character other than white space
    ├── BinaryFile          in no format that is read (NUL bytes, an image, a ZIP …)
    ├── DamagedFile         in a format that is read, but broken or larger than a document is
    │   ├── BadArchive      a ZIP, such as an office document, that breaks its rules or is made to harm
    │   └── BadXml          XML that is not well-formed, or larger or deeper than any text
    ├── TooLarge            more text than one document holds
    ├── EncryptedFile       needs a password
    ├── NoTextLayer         pages that are images of text, as a scan has
    ├── MissingConverter    a program that reads this format is not installed, or failed
    ├── UnknownEncoding     neither UTF-8, UTF-16 nor GB18030
    └── BadMetadata         a sidecar or front matter that does not say what it should

Each message says what was found, what was expected, and the remedy.
"""

__all__ = [
    "BadArchive",
    "BadMetadata",
    "BadXml",
    "BinaryFile",
    "CorpusError",
    "DamagedFile",
    "EmptyFile",
    "EncryptedFile",
    "MissingConverter",
    "NoTextLayer",
    "TooLarge",
    "UnknownEncoding",
    "UnreadableFile",
]


class CorpusError(Exception):
    """Base of every error that reading a document can raise."""


class UnreadableFile(CorpusError):
    """The file cannot be opened or read."""


class EmptyFile(CorpusError):
    """The file holds no character other than white space."""


class BinaryFile(CorpusError):
    """The bytes are not text, and in no other format that is read."""


class DamagedFile(CorpusError):
    """The format is known, but the file breaks its rules, or its parts are larger than a document is."""


class BadArchive(DamagedFile):
    """A ZIP archive, such as an office document, that breaks its rules or is made to harm."""


class BadXml(DamagedFile):
    """XML that is not well-formed, declares a document type, or is larger or deeper than any text."""


class TooLarge(CorpusError):
    """The file, its text or its units are more than one document holds."""


class EncryptedFile(CorpusError):
    """The file cannot be read without a password."""


class NoTextLayer(CorpusError):
    """The file holds pages, but nothing says which characters stand on them: text recognition has to."""


class MissingConverter(CorpusError):
    """The format is read through another program, which is not installed or did not do it."""


class UnknownEncoding(CorpusError):
    """The bytes are text in none of the supported encodings."""


class BadMetadata(CorpusError):
    """The metadata beside or before a document cannot be used."""
