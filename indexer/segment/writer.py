"""From documents and vectors to the arrays of a segment, file by file (`indexer.segment.tables`)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import orjson
from numpy.typing import NDArray

from corpus.citations.find import find_citations
from corpus.citations.names import short_names_of
from corpus.coverage import coverage_of
from corpus.types import Document, Unit
from indexer.reading.codec import (
    anomalies_to_json,
    coverage_to_json,
    metadata_to_json,
    omissions_to_json,
    pages_to_json,
    unit_to_json,
)
from indexer.segment.arrays import Arrays
from indexer.segment.facets import facets_of
from indexer.segment.fields import FIELDS, Field
from indexer.segment.postings import bigrams_of_runs, invert
from indexer.segment.tables import KINDS, blob, hash_of, starts_of
from indexer.segment.words import compared_words, segment
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = ["IndexedDocument", "Parts", "cited_arrays", "make_segment", "token_arrays", "word_vectors"]

Parts = dict[str, Arrays]
"""The arrays of each file of a segment, by its name without an ending."""

_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document with where it came from and the digest of what was read there.

    `came` says when its units first came in, in runs: first unit, seconds since 1970, None where unknown.
    """

    document: Document
    path: str
    digest: str
    came: tuple[tuple[int, int | None], ...] = ()


def make_segment(
    documents: Sequence[IndexedDocument],
    vectors: NDArray[np.float32],
    segmenter: Segmenter,
    words_encoder: Encoder | None,
) -> Parts:
    """The arrays of a segment of these documents, which stand by rising id.

    `vectors (units, dim)` are those of their units, in order; `words_encoder` says what single words mean.
    """
    units = [unit for indexed in documents for unit in indexed.document.units]
    terms = _Terms(len(units))
    for row, unit in enumerate(units):
        terms.add(row, unit, segmenter)
    words, postings, lengths = terms.arrays(words_encoder)
    first_rows = starts_of(np.array([len(each.document.units) for each in documents], np.int64))
    sums = np.add.reduceat(np.vstack([lengths, np.zeros((1, len(FIELDS)), np.int64)]), first_rows[:-1])
    sums[np.diff(first_rows) == 0] = 0  # reduceat gives the next unit where a document has none
    return {
        "documents": {
            **blob("heads", [_head(each) for each in documents]),
            "first_rows": first_rows,
            "lengths": sums.astype(np.int64).reshape(len(documents), len(FIELDS)),
        },
        "units": {
            **blob("lines", [unit_to_json(unit).encode() for unit in units]),
            "kinds": np.array([_NUMBERS[unit.kind] for unit in units], np.uint8),
            "numbers": np.array([unit.number for unit in units], np.int64),
            "owners": np.repeat(np.arange(len(documents), dtype=np.uint32), np.diff(first_rows)),
        },
        "texts": {
            **blob("sources", [each.document.source.encode() for each in documents]),
            **blob("details", [_details(each.document) for each in documents]),
        },
        "citations": _citations(documents),
        "words": words,
        "postings": postings,
        "vectors": {"vectors": vectors.astype(np.float16)},
    }


def _head(indexed: IndexedDocument) -> bytes:
    document = indexed.document
    kinds = [unit.kind.value for unit in document.units]
    return orjson.dumps(
        {
            "id": document.id,
            "path": indexed.path,
            "digest": indexed.digest,
            "came": indexed.came,
            "encoding": document.encoding,
            "metadata": orjson.loads(metadata_to_json(document.metadata)),
            "kinds": {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
            "facets": facets_of(document),
            "coverage": orjson.loads(coverage_to_json(coverage_of(document))),
        }
    )


def _details(document: Document) -> bytes:
    told = (
        anomalies_to_json(document.anomalies),
        omissions_to_json(document.omissions),
        pages_to_json(document.pages),
    )
    return f"[{','.join(told)}]".encode()


def _citations(documents: Sequence[IndexedDocument]) -> Arrays:
    """The citations of all units, each under all of its keys: its own first, then those of wholes."""
    places: defaultdict[bytes, list[tuple[int, int, int, int]]] = defaultdict(list)
    row = 0
    for indexed in documents:
        units, source = indexed.document.units, indexed.document.source
        short_names = short_names_of(source[: units[0].span.start] if units else "")
        for unit in units:
            for citation in find_citations(unit.text, short_names):
                for place, key in enumerate(citation.keys):
                    at = (row, citation.span.start, citation.span.end, place == 0)
                    places[key.encode("utf-8", "replace")].append(at)
            row += 1
    return cited_arrays(places)


def cited_arrays(places: dict[bytes, list[tuple[int, int, int, int]]]) -> Arrays:
    """The file `citations` of keys with their places: row, start, end in the unit, 1 for the own key."""
    keys = sorted(places, key=lambda key: (hash_of(key), key))
    flat = np.array([at for key in keys for at in sorted(places[key])], np.int64).reshape(-1, 4)
    return {
        **blob("keys", keys),
        "key_hashes": np.array([hash_of(key) for key in keys], np.uint64),
        "places_starts": starts_of(np.array([len(places[key]) for key in keys], np.int64)),
        "rows": flat[:, 0].astype(np.uint32),
        "begins": flat[:, 1].astype(np.uint32),
        "ends": flat[:, 2].astype(np.uint32),
        "own": flat[:, 3].astype(np.uint8),
    }


@dataclass(slots=True)
class _Tokens:
    """Tokens of one field in the order in which they came: number of term, and how many each unit has."""

    numbers: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)

    def sorted(self, ranks: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The terms of each unit by their new numbers, rising."""
        owners = np.repeat(np.arange(len(self.lengths), dtype=np.int64), self.lengths)
        packed = (owners << 32) | ranks[np.array(self.numbers, np.int64)]
        packed.sort()
        return (packed & 0xFFFFFFFF).astype(np.uint32)

    def inverted(self, ranks: NDArray[np.int64], field: Field) -> Arrays:
        lengths = np.array(self.lengths, np.int64)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        numbers = ranks[np.array(self.numbers, np.int64)]
        return _named(field, invert(numbers, rows, lengths, len(ranks)))


def _named(field: str, postings: tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint16]]) -> Arrays:
    return {f"{field}_starts": postings[0], f"{field}_rows": postings[1], f"{field}_codes": postings[2]}


class _Terms:
    """Collects the terms of units; a word is numbered when it is first met."""

    def __init__(self, units: int) -> None:
        self._numbers: dict[str, int] = {}
        self._fields: dict[Field, _Tokens] = {name: _Tokens() for name in FIELDS if name != "bigrams"}
        self._runs: list[list[str]] = []
        self._compared = _Tokens()
        self._units = units

    def add(self, row: int, unit: Unit, segmenter: Segmenter) -> None:
        """Take the terms of the next unit."""
        words = segment(unit, segmenter)
        self._tokens("words", words.text)
        self._tokens("headings", [word for heading in words.headings for word in heading])
        self._tokens("topics", [word for topic in words.topics for word in topic])
        self._runs.append(segmenter.han_runs(unit.text))
        compared = set(map(self._numbers.__getitem__, compared_words(words)))
        self._compared.numbers.extend(compared)
        self._compared.lengths.append(len(compared))

    def _tokens(self, name: Field, words: Sequence[str]) -> None:
        numbers, tokens = self._numbers, self._fields[name]
        tokens.numbers.extend([numbers.setdefault(word, len(numbers)) for word in words])
        tokens.lengths.append(len(words))

    def arrays(self, words_encoder: Encoder | None) -> tuple[Arrays, Arrays, NDArray[np.int64]]:
        """The files `words` and `postings`, and the tokens of each unit and field `(units, 4)`."""
        spelled = [word.encode("utf-8", "replace") for word in self._numbers]
        hashes = [hash_of(word) for word in spelled]
        order = sorted(range(len(spelled)), key=lambda number: (hashes[number], spelled[number]))
        ranks = np.empty(len(order), np.int64)  # new number of a word, by its first number
        ranks[order] = np.arange(len(order))
        words = list(self._numbers)
        told: Arrays = {
            **blob("terms", [spelled[number] for number in order]),
            "term_hashes": np.array([hashes[number] for number in order], np.uint64),
            "unit_words": self._compared.sorted(ranks),
            "unit_words_starts": starts_of(np.array(self._compared.lengths, np.int64)),
            "vectors": word_vectors([words[number] for number in order], words_encoder),
        }
        codes, often = bigrams_of_runs(self._runs)
        postings = _inverted_bigrams(codes, often)
        for name, tokens in self._fields.items():
            postings |= tokens.inverted(ranks, name)
        by_field: dict[Field, list[int]] = {name: tokens.lengths for name, tokens in self._fields.items()}
        by_field["bigrams"] = often.tolist()
        lengths = np.array([by_field[name] for name in FIELDS], np.int64).T
        return told, postings, lengths.reshape(self._units, len(FIELDS))


def _inverted_bigrams(codes: NDArray[np.uint64], lengths: NDArray[np.int64]) -> Arrays:
    terms, numbers = np.unique(codes, return_inverse=True)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    inverted = invert(numbers.astype(np.int64), rows, lengths, len(terms))
    return {"bigram_terms": terms, **_named("bigrams", inverted)}


def token_arrays(tokens: Iterable[NDArray[np.float32]]) -> Arrays:
    """The file `tokens` of each unit's token vectors `(n, dim) float32`: eight bits, and a scale of its own.

    Example: `token_arrays([np.array([[1.0, -0.5]], np.float32)])["values"]` is `[[127, -64]]`
    """
    width, scales, values = 0, [], []
    for each in tokens:
        width = each.shape[1] if each.ndim == 2 else width
        scale = np.float32(np.abs(each).max() / 127 if each.size else 0.0)
        scales.append(scale)
        eight_bit = np.rint(each / scale) if scale else np.zeros((len(each), width))
        values.append(eight_bit.astype(np.int8))
    return {
        "values": np.concatenate([np.empty((0, width), np.int8), *values]),
        "values_starts": starts_of(np.array([len(each) for each in values], np.int64)),
        "scales": np.array(scales, np.float32),
    }


def word_vectors(words: Sequence[str], encoder: Encoder | None) -> NDArray[np.float32]:
    """What an encoder says of each word alone, `(words, dim) float32`; of no width without an encoder."""
    if encoder is None:
        return np.empty((len(words), 0), np.float32)
    if not words:
        return np.empty((0, encoder.dim), np.float32)
    return encoder.encode_documents(words)
