"""Which units have a term, how often, and how long they are: written for a segment, merged, and read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.segment.lengths import length_bytes

__all__ = ["Postings", "bigram_codes", "bigrams_of_runs", "invert", "join_postings"]

Codes = NDArray[np.uint16]
Rows32 = NDArray[np.uint32]
Postings = tuple[NDArray[np.int64], Rows32, Codes]
"""`starts (terms + 1,)`, `rows` and `codes` of all terms, as in `indexer.segment.tables`."""

_ROW_BITS = 32
_LOW = np.uint64(0xFFFFFFFF)
_MOST = 255  # occurrences that are told apart
_ROW_BITS_MERGED, _CODE_BITS = 26, 16  # 22 bits are left for terms


def invert(
    terms: NDArray[np.int64], rows: NDArray[np.int64], lengths: NDArray[np.int64], count: int
) -> Postings:
    """Postings of tokens, given as number of term `(tokens,)` and row `(tokens,)`, for `count` terms.

    `lengths (units,)` are the tokens of each unit.
    """
    packed = (terms.astype(np.uint64) << np.uint64(_ROW_BITS)) | rows.astype(np.uint64)
    packed.sort()
    first = np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]])) if len(packed) else terms[:0]
    often = np.diff(np.append(first, len(packed)))
    kept = packed[first]
    met = (kept & _LOW).astype(np.int64)
    codes = (np.minimum(often, _MOST).astype(np.uint16) << np.uint16(8)) | length_bytes(lengths)[met]
    starts = np.searchsorted(
        kept >> np.uint64(_ROW_BITS), np.arange(count + 1, dtype=np.uint64)
    )  # (terms + 1,)
    return starts.astype(np.int64), met.astype(np.uint32), codes.astype(np.uint16)


def join_postings(
    parts: Sequence[tuple[Postings, NDArray[np.int64], NDArray[np.int64]]], count: int
) -> Postings:
    """Postings of several segments as those of one with `count` terms.

    Each part has its postings, the new number of each of its terms, and the new row of each of its rows, −1
    for one that is dropped.
    """
    numbers, rows, codes = [], [], []
    for (starts, old_rows, old_codes), new_terms, new_rows in parts:
        met = new_rows[old_rows]
        kept = met >= 0
        numbers.append(np.repeat(new_terms, np.diff(starts))[kept])
        rows.append(met[kept])
        codes.append(old_codes[kept])
    term, row, code = (
        np.concatenate(each) if each else np.empty(0, np.int64) for each in (numbers, rows, codes)
    )
    term, row, code = _sorted(term.astype(np.int64), row.astype(np.int64), code.astype(np.uint16), count)
    starts = np.searchsorted(term, np.arange(count + 1))
    return starts.astype(np.int64), row.astype(np.uint32), code


def _sorted(
    term: NDArray[np.int64], row: NDArray[np.int64], code: Codes, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Codes]:
    """By term, then by row."""
    units = int(row.max()) + 1 if len(row) else 0
    if count < 1 << (64 - _ROW_BITS_MERGED - _CODE_BITS) and units <= 1 << _ROW_BITS_MERGED:
        # One sort of plain numbers takes a fifth of the time of a sort of places.
        shift, low = np.uint64(_ROW_BITS_MERGED + _CODE_BITS), np.uint64(_CODE_BITS)
        packed = (term.astype(np.uint64) << shift) | (row.astype(np.uint64) << low) | code
        packed.sort()
        mask = np.uint64((1 << _ROW_BITS_MERGED) - 1)
        return (
            (packed >> shift).astype(np.int64),
            ((packed >> low) & mask).astype(np.int64),
            (packed & np.uint64((1 << _CODE_BITS) - 1)).astype(np.uint16),
        )
    order = np.lexsort((row, term))
    return term[order], row[order], code[order]


def bigrams_of_runs(runs: Sequence[Sequence[str]]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The bigrams of the Han runs of each unit as `bigram_codes` gives them, and how many each unit has.

    A lone character gives itself. Example: `bigrams_of_runs([["器官", "肾"]])[1]` is `[2]`
    """
    joined = ["\0".join(each) + "\0" for each in runs]
    points = np.frombuffer(("\0" + "".join(joined)).encode("utf-32-le", "replace"), "<u4").astype(np.uint64)
    here, after = points[1:-1], points[2:]
    if not len(here):
        return np.empty(0, np.uint64), np.zeros(len(runs), np.int64)
    counted = (here != 0) & ((after != 0) | (points[:-2] == 0))
    owners = np.repeat(np.arange(len(runs)), [len(each) for each in joined])[:-1]
    often = np.bincount(owners[counted], minlength=len(runs))
    return (here[counted] << np.uint64(32)) | after[counted], often.astype(np.int64)


def bigram_codes(bigrams: Sequence[str]) -> NDArray[np.uint64]:
    """Tokens of one or two characters as numbers: `["器官"]` gives `[0x5668 << 32 | 0x5B98]`."""
    joined = "".join(token if len(token) == 2 else token + "\0" for token in bigrams)
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), "<u4").reshape(-1, 2).astype(np.uint64)
    return (points[:, 0] << np.uint64(32)) | points[:, 1]
