"""The files of a segment and their arrays; texts as bytes with the offsets at which each begins.

`X_starts (n + 1,) int64` says where each of n things begins in `X`: thing i is `X[starts[i]:starts[i + 1]]`.

| file      | arrays                                                                                |
|-----------|---------------------------------------------------------------------------------------|
| documents | `heads` (JSON of each document), `first_rows (documents + 1,)`, `lengths (documents, 4)`: |
|           | tokens of each field (words, bigrams, headings, topics). In a head `came` says when    |
|           | units first came in, in runs: `[[first unit, seconds since 1970 or null], …]`; absent  |
|           | in an index of before                                                                  |
| units     | `lines` (JSON of each unit), `kinds uint8` (place in KINDS), `numbers`, `owners uint32`  |
| texts     | `sources` (source text of each document), `details` (JSON: anomalies, omissions, pages)  |
| citations | `keys`, `key_hashes uint64` (rising xxh3-64), `places` of a key: `rows`, `begins`,        |
|           | `ends uint32`, `own uint8` (1 where it is the citation's own key, not that of a whole)    |
| words     | `terms`, `term_hashes uint64` (rising xxh3-64), `unit_words uint32` (numbers of a unit's  |
|           | distinct words, rising), `vectors (terms, dim) float32`, dim 0 where no encoder knows     |
|           | words                                                                                 |
| postings  | of each field F: `F_rows uint32` (rising within a term), `F_codes uint16`: 256 ×         |
|           | frequency (at most 255) + length byte; terms are those of `words`, of bigrams            |
|           | `bigram_terms uint64`, rising: first character × 2³² + second character, or 0            |
| vectors   | `vectors (units, dim) float16`                                                         |
| tokens    | `values (tokens, dim) int8`, `scales (units,) float32`; where the encoder makes any       |
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray

from corpus.types import UnitKind
from indexer.segment.arrays import Arrays, Shapes
from indexer.segment.fields import FIELDS

__all__ = [
    "KINDS",
    "NO_TEXTS",
    "SHAPES",
    "Blob",
    "Starts",
    "blob",
    "hash_of",
    "look_up",
    "sound",
    "starts_of",
    "taken",
]

Starts = NDArray[np.int64]
KINDS: tuple[UnitKind, ...] = (
    UnitKind.PARAGRAPH,
    UnitKind.RECOMMENDATION,
    UnitKind.ARTICLE,
    UnitKind.BLOCK,
)
"""Kinds by their number in `units.kinds`; a new kind is added at the end."""

_TEXT = ("uint8", 1)
_STARTS = ("int64", 1)


def _with_starts(*names: str) -> dict[str, tuple[str, int]]:
    return {name: shape for text in names for name, shape in ((text, _TEXT), (f"{text}_starts", _STARTS))}


SHAPES: dict[str, Shapes] = {
    "documents": {**_with_starts("heads"), "first_rows": _STARTS, "lengths": ("int64", 2)},
    "units": {
        **_with_starts("lines"),
        "kinds": ("uint8", 1),
        "numbers": ("int64", 1),
        "owners": ("uint32", 1),
    },
    "texts": _with_starts("sources", "details"),
    "citations": {
        **_with_starts("keys"),
        "key_hashes": ("uint64", 1),
        "places_starts": _STARTS,
        "rows": ("uint32", 1),
        "begins": ("uint32", 1),
        "ends": ("uint32", 1),
        "own": ("uint8", 1),
    },
    "words": {
        **_with_starts("terms"),
        "term_hashes": ("uint64", 1),
        "unit_words": ("uint32", 1),
        "unit_words_starts": _STARTS,
        "vectors": ("float32", 2),
    },
    "postings": {
        "bigram_terms": ("uint64", 1),
        **{f"{field}_starts": _STARTS for field in FIELDS},
        **{f"{field}_rows": ("uint32", 1) for field in FIELDS},
        **{f"{field}_codes": ("uint16", 1) for field in FIELDS},
    },
    "vectors": {"vectors": ("float16", 2)},
    "tokens": {"values_starts": _STARTS, "values": ("int8", 2), "scales": ("float32", 1)},
}


class Blob:
    """Texts laid one after the other. Example: `Blob(data, starts)[0] == b"..."`."""

    def __init__(self, data: NDArray[np.uint8], starts: Starts) -> None:
        """Take `data (bytes,)` and where each text begins `(n + 1,)`."""
        self._data = memoryview(data)  # type: ignore[arg-type]  # an array is a buffer
        self._starts = starts

    def __len__(self) -> int:
        """How many texts there are."""
        return len(self._starts) - 1

    def __getitem__(self, index: int) -> bytes:
        """A text, in UTF-8."""
        return bytes(self._data[self._starts[index] : self._starts[index + 1]])

    def __iter__(self) -> Iterator[bytes]:
        """All texts, in order."""
        return (self[index] for index in range(len(self)))


def blob(name: str, texts: Sequence[bytes]) -> Arrays:
    """Texts as the two arrays `name` and `name_starts`."""
    return {
        name: np.frombuffer(b"".join(texts), np.uint8),
        f"{name}_starts": starts_of(np.fromiter(map(len, texts), np.int64, len(texts))),
    }


NO_TEXTS: Sequence[bytes] = ()


def starts_of(lengths: NDArray[np.int64]) -> Starts:
    """Where things of these lengths begin, and the last one ends: `[2, 3]` gives `[0, 2, 5]`."""
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def taken(starts: Starts, which: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of some things' parts, one after the other, and how many parts each has.

    Example: starts `[0, 2, 5]` and which `[1, 0]` give `[2, 3, 4, 0, 1]` and `[3, 2]`.
    """
    lengths = starts[which + 1] - starts[which]
    before = np.cumsum(lengths) - lengths
    places = np.arange(int(lengths.sum()), dtype=np.int64) + np.repeat(starts[which] - before, lengths)
    return places, lengths


def hash_of(text: bytes) -> int:
    """The number by which a term or key is found again."""
    return xxhash.xxh3_64_intdigest(text)


def look_up(hashes: NDArray[np.uint64], texts: Blob, wanted: Sequence[bytes]) -> NDArray[np.int64]:
    """The places of texts among those of a table, −1 where it lacks one; `hashes` are rising."""
    found = np.full(len(wanted), -1, np.int64)
    keys = np.fromiter(map(hash_of, wanted), np.uint64, len(wanted))
    first = np.searchsorted(hashes, keys)
    for index, place in enumerate(first.tolist()):
        while place < len(hashes) and hashes[place] == keys[index]:  # two texts may share a hash
            if texts[place] == wanted[index]:
                found[index] = place
                break
            place += 1
    return found


def sound(file: str) -> Callable[[Arrays], str | None]:
    """What says of the arrays of a file whether they fit together; whatever their checksum is."""
    return lambda arrays: next(_faults(file, arrays), None)


def _faults(file: str, arrays: Arrays) -> Iterator[str]:
    for name, starts in arrays.items():
        if not name.endswith("_starts"):
            continue
        ends = _ends(name, arrays)
        if not len(starts) or starts[0] != 0 or int(starts[-1]) != ends or (np.diff(starts) < 0).any():
            yield f"{name} that do not rise from 0 to {ends}"
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not _finite(array):
            yield f"{name} that are no numbers"
    checks: dict[str, Callable[[Arrays], Iterator[str]]] = {
        "documents": _document_faults,
        "units": _unit_faults,
        "citations": _citation_faults,
        "words": _word_faults,
        "postings": _posting_faults,
        "tokens": lambda a: _equal(len(a["scales"]), len(a["values_starts"]) - 1, "scales"),
        "texts": lambda a: _equal(len(a["details_starts"]), len(a["sources_starts"]), "details"),
    }
    if file in checks:
        yield from checks[file](arrays)


def _finite(array: NDArray[Any]) -> bool:
    """Whether no number is NaN or infinite; a tenth of a second for a gigabyte."""
    if array.dtype.itemsize != 2:
        return bool(np.isfinite(array.sum(dtype=np.float64)))
    exponents = array.view(np.uint16) & 0x7C00  # all ones in what is no number
    return not (exponents == 0x7C00).any()


def _ends(name: str, arrays: Arrays) -> int:
    """How many parts the things of a table of starts have together."""
    of = name.removesuffix("_starts")
    return len(arrays["rows" if of == "places" else f"{of}_rows" if of in FIELDS else of])


def _equal(found: int, expected: int, what: str) -> Iterator[str]:
    if found != expected:
        yield f"{found} {what} for {expected}"


def _document_faults(arrays: Arrays) -> Iterator[str]:
    count, first = len(arrays["heads_starts"]) - 1, arrays["first_rows"]
    yield from _equal(len(first) - 1, count, "first rows")
    if not len(first) or first[0] != 0 or (np.diff(first) < 0).any():
        yield "first_rows that do not rise from 0"
    if arrays["lengths"].shape != (count, len(FIELDS)) or (arrays["lengths"] < 0).any():
        yield f"lengths of shape {arrays['lengths'].shape} for {count} documents"


def _unit_faults(arrays: Arrays) -> Iterator[str]:
    count = len(arrays["lines_starts"]) - 1
    for name in ("kinds", "numbers", "owners"):
        yield from _equal(len(arrays[name]), count, name)
    if (arrays["kinds"] >= len(KINDS)).any():
        yield "kinds that are none"
    if (np.diff(arrays["owners"].astype(np.int64)) < 0).any():
        yield "owners that do not rise"


def _citation_faults(arrays: Arrays) -> Iterator[str]:
    yield from _equal(len(arrays["key_hashes"]), len(arrays["keys_starts"]) - 1, "hashes")
    yield from _equal(len(arrays["places_starts"]), len(arrays["keys_starts"]), "places of keys")
    for name in ("begins", "ends", "own"):
        yield from _equal(len(arrays[name]), len(arrays["rows"]), name)


def _word_faults(arrays: Arrays) -> Iterator[str]:
    count = len(arrays["terms_starts"]) - 1
    yield from _equal(len(arrays["term_hashes"]), count, "hashes")
    yield from _equal(len(arrays["vectors"]), count, "word vectors")
    if len(arrays["unit_words"]) and int(arrays["unit_words"].max()) >= count:
        yield "numbers of words that are none"


def _posting_faults(arrays: Arrays) -> Iterator[str]:
    yield from _equal(len(arrays["bigrams_starts"]) - 1, len(arrays["bigram_terms"]), "bigrams")
    for field in FIELDS:
        yield from _equal(len(arrays[f"{field}_codes"]), len(arrays[f"{field}_rows"]), f"codes of {field}")
