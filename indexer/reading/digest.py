"""The digest by which an unchanged document is known again."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version

import xxhash

from corpus.metadata.listed import Row
from corpus.source import Source

__all__ = ["DIGITS", "digest_of"]

DIGITS = 32
"""Hexadecimal digits of a digest."""


def digest_of(source: Source, row: Row = ()) -> str:
    """Digest of a file's bytes, of its sidecar's, of its `row`, and of the version that reads them.

    Another version may find other units in the same text, so it reads every file again.
    Example: a string such as `9f1c…`, 32 digits, equal for equal bytes
    """
    state = xxhash.xxh3_128()
    for part in (_version(), str(len(source.data)), str(source.sidecar is not None)):
        state.update(part.encode() + b"\0")
    state.update(source.data)
    state.update(source.sidecar or b"")
    for cell in (cell for pair in row for cell in pair):
        state.update(cell.encode(errors="replace") + b"\0")
    return state.hexdigest()


@cache
def _version() -> str:
    try:
        return version("yinzheng")
    except PackageNotFoundError:
        return "unpackaged"
