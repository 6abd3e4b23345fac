"""The collections of an index on Milvus, field by field.

| collection         | rows                                                                              |
|--------------------|-----------------------------------------------------------------------------------|
| `NAME`             | texts: the manifest of each generation that is kept, and its commit record          |
| `NAME__SEG__units` | units of a segment: `row` (from 0), `document` (number in the segment), `kind`     |
|                    | (place in KINDS), `number`, `line` (JSON of the unit), `vector (dim,)`, `impacts`    |
|                    | (sparse), `packed` (of each dimension frequency and length)                         |
| `NAME__SEG__texts` | texts: `head/D/…` (JSON of a document), `details/D/…`, `sources/D/…`, `line/R/…`,    |
|                    | `packed/R/…` (behind their first parts), `cited/KEY/…`, `tokens/R/…`, `about/…`      |
| `NAME__SEG__terms` | strings: `key`, `term`, `serial` (from 1; 0 where no unit here has it), and of each  |
|                    | field by how many units its frequency changes with this segment                    |
| `NAME__cache__FP`  | vectors already encoded, by xxh3-128 of encoder fingerprint, NUL and text           |
| `NAME__writer`     | exists while somebody writes; the name of its one field says who                   |

A sparse dimension is `8 · serial + field`: one for each pair of field and string; 0 stands for a unit without
any. In `packed` field 4 has the words of inner headings and topics that the text lacks: no query asks for it,
the second look does. A text longer than a value may be stands in parts, `KEY/0`,
`KEY/1` …; the first begins with the number of parts and a line feed.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import xxhash

from indexer.segment.fields import FIELDS

__all__ = [
    "COMPARED",
    "SCANNED_ROWS",
    "TERMS",
    "TEXTS",
    "Kind",
    "Table",
    "cache_table",
    "collection",
    "key_of",
    "own_collections",
    "unit_table",
]

Options = tuple[tuple[str, object], ...]
Index = tuple[str, str, Options]
"""Field, kind of index, its parameters."""

COMPARED = len(FIELDS)  # number of the field that holds what is compared, and not searched
LONGEST_VALUE = 65_535  # bytes
LONGEST_KEY = 512
SCANNED_ROWS = 10_000  # up to which a field without an index is looked through
EXACT_ROWS = 100_000  # units of a segment whose vectors are compared one by one
_FILLER: dict[str, tuple[str, Options]] = {"filler": ("FLOAT_VECTOR", (("dim", 2),))}  # one is required


class Kind:
    """What a text is."""

    MANIFEST, COMMIT, ABOUT, HEAD, DETAILS, SOURCE, LINE, CITED, TOKENS, PACKED = range(10)


@dataclass(frozen=True, slots=True)
class Table:
    """The shape of a collection: fields by name, and the indexes for a number of rows."""

    fields: Mapping[str, tuple[str, Options]]
    indexes: Callable[[int], Sequence[Index]]
    consistency: str = "Bounded"


def _key(longest: int = LONGEST_KEY) -> tuple[str, Options]:
    return "VARCHAR", (("is_primary", True), ("max_length", longest))


_TEXT: tuple[str, Options] = ("VARCHAR", (("max_length", LONGEST_VALUE),))
_NUMBER: tuple[str, Options] = ("INT64", ())
_PLAIN: tuple[Index, ...] = (("filler", "FLAT", ()),)


def _inverted(rows: int, *fields: str) -> list[Index]:
    return [(field, "INVERTED", ()) for field in fields] if rows > SCANNED_ROWS else []


TEXTS = Table(
    {"key": _key(), "kind": _NUMBER, "data": _TEXT, **_FILLER},
    lambda rows: (*_PLAIN, *_inverted(rows, "kind")),
    "Strong",  # commit records are read from one of these
)
TERMS = Table(
    {"key": _key(), "term": _TEXT, "serial": _NUMBER, **dict.fromkeys(FIELDS, _NUMBER), **_FILLER},
    lambda rows: (*_PLAIN, *_inverted(rows, "serial")),
)


def unit_table(dim: int) -> Table:
    """The collection of units whose vectors have `dim` numbers."""

    def indexes(rows: int) -> Sequence[Index]:
        dense: Index = ("vector", "FLAT", ())
        if rows > EXACT_ROWS:
            dense = ("vector", "HNSW", (("M", 32), ("efConstruction", 200)))
        sparse: Index = ("impacts", "SPARSE_INVERTED_INDEX", ())
        return (dense, sparse, *_inverted(rows, "document", "kind", "number"))

    fields: dict[str, tuple[str, Options]] = {
        "row": ("INT64", (("is_primary", True),)),
        **dict.fromkeys(("document", "kind", "number"), _NUMBER),
        "line": _TEXT,
        "packed": _TEXT,
        "vector": ("FLOAT_VECTOR", (("dim", dim),)),
        "impacts": ("SPARSE_FLOAT_VECTOR", ()),
    }
    return Table(fields, indexes)


def cache_table(dim: int) -> Table:
    """The collection of vectors already encoded."""
    vector: tuple[str, Options] = ("FLOAT_VECTOR", (("dim", dim),))
    return Table({"key": _key(64), "vector": vector}, lambda rows: (("vector", "FLAT", ()),), "Strong")


def collection(name: str, segment: str, table: str) -> str:
    """The name of a collection of a segment, e.g. `reports__3f2a9c0d11e2b7a4__units`."""
    return f"{name}__{segment}__{table}"


def own_collections(name: str, names: Sequence[str]) -> dict[str, list[str]]:
    """The collections of an index among all, by the segment that they belong to."""
    own = re.compile(re.escape(name) + r"__([0-9a-f]{16})__(?:units|texts|terms)")
    found: dict[str, list[str]] = {}
    for each in names:
        match = own.fullmatch(each)
        if match:
            found.setdefault(match[1], []).append(each)
    return found


def key_of(text: str) -> str:
    """A string in letters that need no escaping in an expression, of bounded length.

    Example: `key_of("器官") == "5Zmo5a6Y"`; a long one is told by a digest of it.
    """
    raw = text.encode("utf-8", "replace")
    if len(raw) <= 300:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return "." + xxhash.xxh3_128_hexdigest(raw)
