"""Batch files: one JSON object a line, with `id` and either `query` or `source`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from api.errors import BadBatch, BadPath
from search.unit_key import UnitKey, parse_key

__all__ = ["BadLine", "BatchLine", "open_batch", "read_batch"]

MAX_LINE = 8 << 20
"""Bytes of one line; a query has at most 2,000 characters, so a longer line is a mistake, and is not kept."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One question of a batch: exactly one of `query` and `source` is not None.

    Example: `BatchLine(1, "q1", "器官", None)`
    """

    line: int
    id: str | int
    query: str | None
    source: UnitKey | None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be run, with its number from 1 and what is wrong; `id` where it could be read."""

    line: int
    id: str | int | None
    message: str


def open_batch(path: Path) -> BinaryIO:
    """Open a batch file, `-` for standard input; raises BadPath."""
    import sys

    if str(path) == "-":
        return sys.stdin.buffer
    try:
        return path.open("rb")
    except OSError as error:
        raise BadPath(
            f"the batch file {path} cannot be read: {error.strerror}; "
            "give a file with one JSON object a line, or - for standard input"
        ) from error


def read_batch(stream: BinaryIO) -> Iterator[BatchLine | BadLine]:
    """Read a batch line by line; empty lines are passed over, bad lines become BadLine and stop nothing."""
    number = 0
    while data := stream.readline(MAX_LINE + 1):
        number += 1
        if len(data) > MAX_LINE and not data.endswith(b"\n"):
            while data and not data.endswith(b"\n"):
                data = stream.readline(MAX_LINE)
            yield BadLine(number, None, f"line {number} has more than {MAX_LINE:,} bytes; shorten it")
        elif data.strip():
            yield parse_line(data, number)


def parse_line(data: bytes, number: int) -> BatchLine | BadLine:
    """Read one line.

    Example: `parse_line(b'{"id": 1, "query": "x"}', 3) == BatchLine(3, 1, "x", None)`
    """
    identity: str | int | None = None
    try:
        record = orjson.loads(data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data)
        if not isinstance(record, dict):
            raise BadBatch("expected an object with id and query, or id and source")
        identity = _identity(record.get("id"))
        query, source = record.get("query"), record.get("source")
        if source is not None:
            return BatchLine(number, identity, None, parse_key(source))
        if not isinstance(query, str):
            raise BadBatch(f"expected a string query, or a source object; found query {query!r:.80}")
        return BatchLine(number, identity, query, None)
    except (ValueError, BadBatch) as error:
        return BadLine(number, identity, f"line {number}: {error}")


def _identity(value: object) -> str | int:
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise BadBatch(f"expected an id that is a string or a whole number, found {value!r:.80}")
