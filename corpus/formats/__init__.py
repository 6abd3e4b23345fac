"""Which format a file is in, and its text: `extract` looks at the bytes, not at the name."""

from corpus.decode import decode
from corpus.formats.extracted import Extracted

__all__ = ["Extracted", "extract"]


def extract(data: bytes, name: str) -> Extracted:
    """The text of a file; `name` is for messages, and tells HTML from text where the bytes do not.

    Raises EmptyFile, BinaryFile or UnknownEncoding.
    Example: `extract("1. 甲。".encode(), "a.txt").text == "1. 甲。"`
    """
    text, encoding = decode(data, name)
    return Extracted(text, encoding)
