"""Several segments as one, without their deleted documents: nothing is read, segmented or encoded again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from indexer.segment.arrays import Arrays
from indexer.segment.fields import FIELDS
from indexer.segment.postings import Postings, join_postings
from indexer.segment.reader import Segment
from indexer.segment.tables import Blob, Starts, starts_of, taken
from indexer.segment.writer import Parts

__all__ = ["merge_segments"]


@dataclass(frozen=True, slots=True)
class _Order:
    """Where each thing of the merged segment comes from: `which` segment, and its number there."""

    which: NDArray[np.int64]
    number: NDArray[np.int64]


def merge_segments(segments: Sequence[Segment]) -> Parts:
    """The arrays of one segment with the documents of several that are not deleted, by rising id."""
    documents = _documents(segments)
    units = _units(segments, documents)
    new_rows = [
        _inverse(units.number[units.which == which], np.flatnonzero(units.which == which), segment.units)
        for which, segment in enumerate(segments)
    ]
    words, new_terms = _words(segments, units)
    firsts = [np.diff(segment["documents"]["first_rows"]) for segment in segments]
    counts = _picked(firsts, documents)
    parts: Parts = {
        "documents": {
            **_texts(segments, "documents", "heads", documents),
            "first_rows": starts_of(counts),
            "lengths": _picked([segment["documents"]["lengths"] for segment in segments], documents),
        },
        "units": {
            **_texts(segments, "units", "lines", units),
            "kinds": _picked([segment["units"]["kinds"] for segment in segments], units),
            "numbers": _picked([segment["units"]["numbers"] for segment in segments], units),
            "owners": np.repeat(np.arange(len(counts), dtype=np.uint32), counts),
        },
        "texts": {
            **_texts(segments, "texts", "sources", documents),
            **_texts(segments, "texts", "details", documents),
        },
        "citations": _citations(segments, new_rows),
        "words": words,
        "postings": _postings(segments, new_terms, new_rows, len(words["term_hashes"])),
        "vectors": {"vectors": _picked([segment["vectors"]["vectors"] for segment in segments], units)},
    }
    if all("tokens" in segment for segment in segments):
        parts["tokens"] = _parted(segments, "tokens", "values", units) | {
            "scales": _picked([segment["tokens"]["scales"] for segment in segments], units)
        }
    return parts


def _documents(segments: Sequence[Segment]) -> _Order:
    """All documents that are not deleted, by rising id."""
    found = sorted(
        (
            segment.read("documents", "heads", number, lambda head: str(orjson.loads(head)["id"])),
            which,
            number,
        )
        for which, segment in enumerate(segments)
        for number in np.flatnonzero(~segment.deleted).tolist()
    )
    return _Order(
        np.array([which for _, which, _ in found], np.int64),
        np.array([number for *_, number in found], np.int64),
    )


def _units(segments: Sequence[Segment], documents: _Order) -> _Order:
    """The units of these documents, in reading order."""
    rows, whiches = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    firsts = [segment["documents"]["first_rows"] for segment in segments]
    for which, number in zip(documents.which.tolist(), documents.number.tolist(), strict=True):
        begin, end = firsts[which][number : number + 2].tolist()
        rows.append(np.arange(begin, end))
        whiches.append(np.full(end - begin, which))
    return _Order(np.concatenate(whiches), np.concatenate(rows))


def _inverse(old: NDArray[np.int64], new: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """By old number the new one, −1 for those that are dropped."""
    inverse = np.full(count, -1, np.int64)
    inverse[old] = new
    return inverse


def _picked(arrays: Sequence[NDArray[Any]], order: _Order) -> NDArray[Any]:
    """The lines of several arrays in a new order."""
    merged = np.empty((len(order.which), *arrays[0].shape[1:]), arrays[0].dtype)
    for which, array in enumerate(arrays):
        here = order.which == which
        merged[here] = array[order.number[here]]
    return merged


def _parted(segments: Sequence[Segment], file: str, name: str, order: _Order) -> Arrays:
    """What stands between starts, of several segments in a new order."""
    starts: list[Starts] = [segment[file][f"{name}_starts"] for segment in segments]
    data = [segment[file][name] for segment in segments]
    begins = _picked([each[:-1] for each in starts], order).astype(np.int64)
    lengths = _picked([np.diff(each) for each in starts], order).astype(np.int64)
    bases = np.cumsum([0, *map(len, data)])
    joined = np.concatenate(data)
    shifted = begins + bases[order.which]
    merged = starts_of(lengths)
    places = np.arange(int(merged[-1])) + np.repeat(shifted - merged[:-1], lengths)
    return {name: joined[places], f"{name}_starts": merged}


def _texts(segments: Sequence[Segment], file: str, name: str, order: _Order) -> Arrays:
    """Texts of several segments in a new order; long ones, so they are copied one by one."""
    blobs = [memoryview(segment[file][name]) for segment in segments]  # type: ignore[arg-type]  # arrays are buffers
    starts = [segment[file][f"{name}_starts"] for segment in segments]
    pieces = [
        blobs[which][starts[which][number] : starts[which][number + 1]]
        for which, number in zip(order.which.tolist(), order.number.tolist(), strict=True)
    ]
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    return {name: np.frombuffer(b"".join(pieces), np.uint8), f"{name}_starts": starts_of(lengths)}


def _keys(
    segments: Sequence[Segment], file: str, name: str, hashes: str
) -> tuple[_Order, list[NDArray[np.int64]]]:
    """Texts of several segments that stand by rising hash, each once; by segment each one's new number."""
    found = np.concatenate([segment[file][hashes] for segment in segments])
    counts = [len(segment[file][hashes]) for segment in segments]
    which = np.repeat(np.arange(len(segments)), counts)
    number = np.concatenate([np.arange(count) for count in counts])
    order = np.argsort(found, kind="stable")
    found, which, number = found[order], which[order], number[order]
    blobs = [segment.blob(file, name) for segment in segments]
    first = np.concatenate([[True], found[1:] != found[:-1]]) if len(found) else np.empty(0, np.bool_)
    for begin in _mixed(first, which, number, blobs):  # two texts share a hash: hardly ever
        end = begin + int(np.argmin(np.append(found[begin:] == found[begin], False)))
        group = sorted(range(begin, end), key=lambda at: blobs[which[at]][int(number[at])])
        which[begin:end], number[begin:end] = which[group], number[group]
        texts = [blobs[which[at]][int(number[at])] for at in range(begin, end)]
        first[begin:end] = [True, *(texts[i] != texts[i - 1] for i in range(1, len(texts)))]
    new = np.cumsum(first) - 1
    renumbered = [np.empty(count, np.int64) for count in counts]
    for segment, table in enumerate(renumbered):
        here = which == segment
        table[number[here]] = new[here]
    return _Order(which[first], number[first]), renumbered


def _mixed(
    first: NDArray[np.bool_], which: NDArray[np.int64], number: NDArray[np.int64], blobs: Sequence[Blob]
) -> list[int]:
    """Where runs of equal hashes begin whose texts are not all the same."""
    begins = np.flatnonzero(first)[np.cumsum(first) - 1]
    return sorted(
        {
            int(begins[at])
            for at in np.flatnonzero(~first).tolist()
            if blobs[which[at - 1]][int(number[at - 1])] != blobs[which[at]][int(number[at])]
        }
    )


def _words(segments: Sequence[Segment], units: _Order) -> tuple[Arrays, list[NDArray[np.int64]]]:
    """The file `words`, and by segment the new number of each word."""
    order, new_terms = _keys(segments, "words", "terms", "term_hashes")
    numbers, starts = _renumbered(segments, units, new_terms)
    return {
        **_texts(segments, "words", "terms", order),
        "term_hashes": _picked([segment["words"]["term_hashes"] for segment in segments], order),
        "unit_words": numbers,
        "unit_words_starts": starts,
        "vectors": _picked([segment["words"]["vectors"] for segment in segments], order),
    }, new_terms


def _renumbered(
    segments: Sequence[Segment], units: _Order, new_terms: Sequence[NDArray[np.int64]]
) -> tuple[NDArray[np.uint32], Starts]:
    """The words of units under their new numbers, rising within a unit."""
    parts, lengths = [np.empty(0, np.uint64)], np.zeros(len(units.which), np.int64)
    for which, segment in enumerate(segments):
        here = np.flatnonzero(units.which == which)
        at, counts = taken(segment["words"]["unit_words_starts"], units.number[here])
        words = new_terms[which][segment["words"]["unit_words"][at]].astype(np.uint64)
        parts.append((np.repeat(here, counts).astype(np.uint64) << np.uint64(32)) | words)
        lengths[here] = counts
    packed = np.concatenate(parts)
    packed.sort()
    return (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32), starts_of(lengths)


def _citations(segments: Sequence[Segment], new_rows: Sequence[NDArray[np.int64]]) -> Arrays:
    order, new_keys = _keys(segments, "citations", "keys", "key_hashes")
    columns: list[list[NDArray[np.int64]]] = [[], [], [], [], []]
    for segment, rows, keys in zip(segments, new_rows, new_keys, strict=True):
        citations = segment["citations"]
        row = rows[citations["rows"]]
        kept = row >= 0
        columns[0].append(np.repeat(keys, np.diff(citations["places_starts"]))[kept])
        columns[1].append(row[kept])
        for column, name in zip(columns[2:], ("begins", "ends", "own"), strict=True):
            column.append(citations[name][kept].astype(np.int64))
    key, row, begin, end, own = (np.concatenate(column) for column in columns)
    by_place = np.lexsort((own, end, begin, row, key))
    key, row, begin, end, own = (column[by_place] for column in (key, row, begin, end, own))
    used, counts = np.unique(key, return_counts=True)  # a key of deleted documents alone is dropped
    kept_order = _Order(order.which[used], order.number[used])
    return {
        **_texts(segments, "citations", "keys", kept_order),
        "key_hashes": _picked([segment["citations"]["key_hashes"] for segment in segments], kept_order),
        "places_starts": starts_of(counts.astype(np.int64)),
        "rows": row.astype(np.uint32),
        "begins": begin.astype(np.uint32),
        "ends": end.astype(np.uint32),
        "own": own.astype(np.uint8),
    }


def _postings(
    segments: Sequence[Segment],
    new_terms: Sequence[NDArray[np.int64]],
    new_rows: Sequence[NDArray[np.int64]],
    count: int,
) -> Arrays:
    bigrams, numbers = np.unique(
        np.concatenate([segment["postings"]["bigram_terms"] for segment in segments]), return_inverse=True
    )
    ends = np.cumsum([len(segment["postings"]["bigram_terms"]) for segment in segments])
    new_bigrams = np.split(numbers.astype(np.int64), ends[:-1])
    merged: Arrays = {"bigram_terms": bigrams}
    for field in FIELDS:
        terms, total = (new_bigrams, len(bigrams)) if field == "bigrams" else (new_terms, count)
        parts = [
            (_of(segment, field), new, rows)
            for segment, new, rows in zip(segments, terms, new_rows, strict=True)
        ]
        starts, rows, codes = join_postings(parts, total)
        merged |= {f"{field}_starts": starts, f"{field}_rows": rows, f"{field}_codes": codes}
    return merged


def _of(segment: Segment, field: str) -> Postings:
    postings = segment["postings"]
    return postings[f"{field}_starts"], postings[f"{field}_rows"], postings[f"{field}_codes"]
