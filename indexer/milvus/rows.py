"""From the arrays of a segment (`indexer.segment.tables`) to the rows of its collections on the server."""

import base64
from collections.abc import Iterator

import numpy as np
import orjson
from numpy.typing import NDArray

from indexer.milvus.impacts import dimension, packed
from indexer.milvus.server import Row
from indexer.milvus.tables import COMPARED, Kind, key_of
from indexer.milvus.texts import parts_of, rows_of
from indexer.segment.arrays import Arrays
from indexer.segment.fields import FIELDS
from indexer.segment.tables import Blob
from indexer.segment.writer import Parts

__all__ = ["Vocabulary", "cited_places", "cited_rows", "text_rows", "token_rows", "unit_rows"]

Impacts = list[NDArray[np.float64]]


class Vocabulary:
    """The strings of a segment that is being written: serial numbers from 1, changes of their frequencies.

    Example: `vocabulary.serial("器官") == 1`
    """

    def __init__(self) -> None:
        """Empty."""
        self.serials: dict[str, int] = {}
        self.changes: dict[str, NDArray[np.int64]] = {}  # by key of the string

    def serial(self, term: str) -> int:
        """The number of a string, a new one where it has none."""
        return self.serials.setdefault(term, len(self.serials) + 1)

    def change(self, key: str, change: NDArray[np.int64]) -> None:
        """Add to the frequencies of a string, `(4,)`."""
        known = self.changes.get(key)
        self.changes[key] = change if known is None else known + change

    def rows(self) -> Iterator[Row]:
        """The rows of the collection of terms: every string that a unit has, or whose frequency changes."""
        left, none = dict(self.changes), np.zeros(len(FIELDS), np.int64)
        for term, serial in self.serials.items():
            key = key_of(term)
            yield _term(key, term, serial, left.pop(key, none))
        for key, change in left.items():
            if change.any():
                yield _term(key, "", 0, change)


def _term(key: str, term: str, serial: int, change: NDArray[np.int64]) -> Row:
    changes = dict(zip(FIELDS, change.tolist(), strict=True))
    return {"key": key, "term": parts_of(term)[0], "serial": serial, **changes, "filler": [0.0, 0.0]}


def unit_rows(
    parts: Parts,
    vocabulary: Vocabulary,
    impacts: Impacts,
    base: tuple[int, int],
    rest: list[Row],
    *,
    count: bool,
) -> Iterator[Row]:
    """The units of a batch of documents, behind `base` documents and units of the same segment.

    `impacts` are tables by code for each field. With `count` the frequencies of their terms are counted. What
    is too long for a value is added to `rest`, the rows of texts.
    """
    starts, dimensions, codes = _sparse(parts, vocabulary, count=count)
    fields = dimensions & 7
    values = np.zeros(len(codes), np.float32)
    for field, table in enumerate(impacts):
        values[fields == field] = table[codes[fields == field]]
    units, vectors = parts["units"], parts["vectors"]["vectors"].astype(np.float32)
    for row, line in enumerate(Blob(units["lines"], units["lines_starts"])):
        begin, end = starts[row : row + 2].tolist()
        told, value = dimensions[begin:end], values[begin:end]
        sparse = dict(zip(told[value > 0].tolist(), value[value > 0].tolist(), strict=True))
        lines = rows_of(f"line/{base[1] + row}", Kind.LINE, line.decode())
        packs = rows_of(f"packed/{base[1] + row}", Kind.PACKED, packed(told, codes[begin:end]))
        rest.extend([*lines[1:], *packs[1:]])
        yield {
            "row": base[1] + row,
            "document": base[0] + int(units["owners"][row]),
            "kind": int(units["kinds"][row]),
            "number": int(units["numbers"][row]),
            "line": lines[0]["data"],
            "packed": packs[0]["data"],
            "vector": vectors[row],
            "impacts": sparse or {0: 1.0},
        }


def _sparse(
    parts: Parts, vocabulary: Vocabulary, *, count: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Where each unit's dimensions begin, they themselves, and the code of each, 0 for compared words."""
    postings, words = parts["postings"], parts["words"]
    names = [term.decode("utf-8", "replace") for term in Blob(words["terms"], words["terms_starts"])]
    spelled = np.array([vocabulary.serial(name) for name in names], np.int64)
    pairs = [_spelled(code) for code in postings["bigram_terms"].tolist()]
    paired = np.array([vocabulary.serial(name) for name in pairs], np.int64)
    rows, dimensions, codes = [], [], []
    for field, name in enumerate(FIELDS):
        serials, terms = (paired, pairs) if name == "bigrams" else (spelled, names)
        often = np.diff(postings[f"{name}_starts"])
        rows.append(postings[f"{name}_rows"].astype(np.int64))
        dimensions.append(np.repeat(dimension(1, 0) * serials + field, often))
        codes.append(postings[f"{name}_codes"].astype(np.int64))
        for number in np.flatnonzero(often).tolist() if count else ():
            change = np.zeros(len(FIELDS), np.int64)
            change[field] = often[number]
            vocabulary.change(key_of(terms[number]), change)
    beside, numbers = _compared(words, postings)
    rows.append(beside)
    dimensions.append(dimension(1, 0) * spelled[numbers] + COMPARED)
    codes.append(np.zeros(len(beside), np.int64))
    row = np.concatenate(rows)
    order = np.argsort(row, kind="stable")
    starts = np.searchsorted(row[order], np.arange(len(parts["units"]["kinds"]) + 1))
    return starts, np.concatenate(dimensions)[order], np.concatenate(codes)[order]


def _spelled(code: int) -> str:
    """A bigram by its code, as `indexer.segment.postings.bigram_codes` makes them."""
    first, second = divmod(code, 1 << 32)
    return chr(first) + (chr(second) if second else "")


def _compared(words: Arrays, postings: Arrays) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and numbers of the words that a unit is compared by and its text does not have."""
    each = np.diff(words["unit_words_starts"])
    wanted = (np.repeat(np.arange(len(each)), each) << 32) | words["unit_words"].astype(np.int64)
    numbers = np.repeat(np.arange(len(postings["words_starts"]) - 1), np.diff(postings["words_starts"]))
    printed = (postings["words_rows"].astype(np.int64) << 32) | numbers
    left = wanted[~np.isin(wanted, printed)]
    return left >> 32, left & 0xFFFFFFFF


def text_rows(parts: Parts, base: tuple[int, int]) -> Iterator[Row]:
    """The documents of a batch and their sources, behind `base` documents and units."""
    documents, texts = parts["documents"], parts["texts"]
    heads = Blob(documents["heads"], documents["heads_starts"])
    for number, head in enumerate(heads):
        told = {
            "first": base[1] + int(documents["first_rows"][number]),
            "units": int(documents["first_rows"][number + 1] - documents["first_rows"][number]),
            "lengths": documents["lengths"][number].tolist(),
        }
        text = orjson.dumps(told).decode() + "\n" + head.decode()
        yield from rows_of(f"head/{base[0] + number}", Kind.HEAD, text)
    for name, kind in (("sources", Kind.SOURCE), ("details", Kind.DETAILS)):
        for number, raw in enumerate(Blob(texts[name], texts[f"{name}_starts"])):
            yield from rows_of(f"{name}/{base[0] + number}", kind, raw.decode())


def cited_places(parts: Parts, base: int) -> Iterator[tuple[str, list[list[int]]]]:
    """Each key that the units of a batch cite, with row, start, end, and 1 for the citation's own key."""
    citations = parts["citations"]
    flat = np.stack([citations[name].astype(np.int64) for name in ("rows", "begins", "ends", "own")], axis=1)
    flat[:, 0] += base
    starts = citations["places_starts"]
    for number, key in enumerate(Blob(citations["keys"], citations["keys_starts"])):
        yield key.decode("utf-8", "replace"), flat[starts[number] : starts[number + 1]].tolist()


def cited_rows(places: dict[str, list[list[int]]]) -> Iterator[Row]:
    """The texts of what is cited, a key each."""
    for key, told in places.items():
        text = orjson.dumps({"key": key, "places": sorted(told)}).decode()
        yield from rows_of(f"cited/{key_of(key)}", Kind.CITED, text)


def token_rows(parts: Parts, base: int) -> Iterator[Row]:
    """The token vectors of each unit of a batch: width, scale, and numbers in eight bits."""
    if "tokens" not in parts:
        return
    tokens = parts["tokens"]
    starts, width = tokens["values_starts"], tokens["values"].shape[1]
    for row, scale in enumerate(tokens["scales"].tolist()):
        values = np.ascontiguousarray(tokens["values"][starts[row] : starts[row + 1]])
        text = f"{width} {scale!r} {base64.b64encode(values.tobytes()).decode()}"
        yield from rows_of(f"tokens/{base + row}", Kind.TOKENS, text)
