"""Publishing a generation on a Milvus server: begin, put, seal, publish, rollback.

What is put stands aside on this machine's disk until it is sealed: impacts need the mean lengths of the whole
new generation. A run makes one segment, and segments of like size are joined in it, as in a folder
(`indexer.disk.tiers`); what is joined is read back from the server, vectors too, and segmented again.
"""

import secrets
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from indexer.content.dense import EXACT_UNITS
from indexer.disk.manifest import FORMAT_VERSION, Counts, EncoderInfo, FileInfo, Manifest, SegmentInfo, digest
from indexer.disk.tiers import to_merge
from indexer.encode import BATCH
from indexer.errors import EngineFailed, IndexingError
from indexer.milvus.commits import commit, next_generation
from indexer.milvus.impacts import Means, tables
from indexer.milvus.reading.documents import Line
from indexer.milvus.reading.snapshot import MilvusSnapshot
from indexer.milvus.reading.terms import spelled
from indexer.milvus.rows import Vocabulary, cited_places, cited_rows, text_rows, token_rows, unit_rows
from indexer.milvus.server import Row, Server
from indexer.milvus.tables import TERMS, TEXTS, Kind, collection, unit_table
from indexer.milvus.texts import rows_of
from indexer.publisher import words_fingerprint
from indexer.segment.arrays import Arrays, write_arrays
from indexer.segment.fields import FIELDS, FIELDS_VERSION, encoded_text
from indexer.segment.writer import IndexedDocument, Parts, make_segment, token_arrays
from models.encoder import Encoder, TokenEncoder
from models.segmenter import Segmenter

__all__ = ["MilvusPublisher"]

_UNITS_AT_ONCE = 8_192  # of documents that are read back and segmented together


@dataclass(frozen=True, slots=True)
class _Batch:
    """Documents that stand aside; the frequencies of `fresh` ones are not yet in the statistics."""

    folder: Path
    documents: int
    units: int
    lengths: tuple[int, ...]
    fresh: bool
    tokens: bool

    def read(self) -> Parts:
        """The arrays, as they were put."""
        from safetensors.numpy import load_file

        return {file.stem: load_file(file) for file in sorted(self.folder.iterdir())}


class MilvusPublisher:
    """Writes segments to a server; for the holder of the write lock.

    Example: `publisher.put(documents, vectors)`, then `publisher.publish({"r19"}) == "8-1c22d0"`
    """

    def __init__(
        self,
        server: Server,
        current: MilvusSnapshot | None,
        encoder: Encoder,
        segmenter: Segmenter,
        *,
        tokens: bool = True,
    ) -> None:
        """`begin`: `current` is the committed generation, None in a new index; `tokens` as for a folder."""
        self._server, self._current = server, current
        self._encoder, self._segmenter = encoder, segmenter
        self._tokens = tokens
        self._name = secrets.token_hex(8)
        self._aside = tempfile.TemporaryDirectory(prefix="yinzheng-")
        self._batches: list[_Batch] = []
        self._made = False
        self.generation = next_generation(server)
        self.units = 0 if current is None else current.manifest.counts.units

    @property
    def held(self) -> int:
        """How many units stand in the index and in what was put, deleted ones included."""
        before = () if self._current is None else self._current.manifest.segments
        return sum(info.units for info in before) + self._put_units

    @property
    def _put_documents(self) -> int:
        return sum(batch.documents for batch in self._batches)

    @property
    def _put_units(self) -> int:
        return sum(batch.units for batch in self._batches)

    def put(self, documents: Sequence[IndexedDocument], vectors: NDArray[np.float32]) -> None:
        """Take documents by rising id, and the vectors `(units, dim)` of their units."""
        parts = make_segment(documents, vectors, self._segmenter, None)
        if self._tokens and isinstance(self._encoder, TokenEncoder):
            texts = [encoded_text(unit) for each in documents for unit in each.document.units]
            encode = self._encoder.encode_tokens
            batches = (encode(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH))
            parts["tokens"] = token_arrays(each for batch in batches for each in batch)
        self._set_aside(parts, fresh=True)

    def _set_aside(self, parts: Parts, *, fresh: bool) -> None:
        folder = Path(self._aside.name) / f"{len(self._batches):06d}"
        folder.mkdir()
        for name, arrays in parts.items():
            write_arrays(folder / f"{name}.safetensors", arrays)
        lengths = parts["documents"]["lengths"].sum(axis=0).tolist()
        counts = len(parts["documents"]["lengths"]), len(parts["units"]["kinds"])
        self._batches.append(_Batch(folder, *counts, tuple(lengths), fresh, "tokens" in parts))

    def publish(self, removed: Collection[str], *, optimize: bool = False) -> str:
        """Seal a segment of what was put, then commit; returns the index version. Raises EngineFailed."""
        kept, joined, gone = self._planned(removed, optimize=optimize)
        means = self._means(gone)
        vocabulary = Vocabulary()
        for line in gone:
            self._subtract(line, vocabulary)
        for which in joined:
            self._take_back(which, vocabulary, {line.id for line in gone})
        sealed = self.seal(means, vocabulary)
        segments = [*kept, *([sealed] if sealed else [])]
        units = self._put_units + self._kept_units(joined, gone)
        documents = sum(info.documents - len(info.deleted) for info in segments)
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            generation=self.generation,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            counts=Counts(documents=documents, units=units),
            encoder=EncoderInfo(self._encoder.name, self._encoder.dim, self._encoder.fingerprint),
            words=words_fingerprint(self._encoder),
            segmenter=self._segmenter.fingerprint,
            fields_version=FIELDS_VERSION,
            segments=tuple(sorted(segments, key=lambda info: (-info.units, info.name))),
        )
        self._made = False  # from here on a commit record may name it
        version = commit(self._server, manifest).index_version
        self.units = units
        self._aside.cleanup()
        return version

    def rollback(self) -> None:
        """Forget what was put; never raises."""
        self._batches = []
        self._aside.cleanup()
        if self._made:
            for table in ("units", "texts", "terms"):
                with suppress(IndexingError):
                    self._server.drop(collection(self._server.address.name, self._name, table))

    def _planned(
        self, removed: Collection[str], *, optimize: bool
    ) -> tuple[list[SegmentInfo], list[int], list[Line]]:
        """The segments that stay, with what is deleted there; those that are joined; what goes."""
        if self._current is None:
            return [], [], []
        held = self._current.held
        gone = [held.lines[held.index[id]] for id in sorted(removed) if id in held.index]
        deleted = [set(segment.info.deleted) for segment in held.segments]
        live = [0] * len(held.segments)
        for line in held.lines:
            live[line.segment] += line.units
        for line in gone:
            deleted[line.segment].add(line.number)
            live[line.segment] -= line.units
        infos = [
            replace(segment.info, deleted=tuple(sorted(numbers)))
            for segment, numbers in zip(held.segments, deleted, strict=True)
        ]
        put = SegmentInfo("", self._put_documents, self._put_units, (), {})
        groups = to_merge(
            [*infos, put],
            [*live, put.units],
            [len(infos)],
            EXACT_UNITS,
            optimize=optimize,
        )
        alone = [members[0] for members, rewrite in groups if len(members) == 1 and not rewrite]
        joined = [which for which in range(len(infos)) if which not in alone]
        return [infos[which] for which in alone if which < len(infos)], joined, gone

    def _kept_units(self, joined: Sequence[int], gone: Sequence[Line]) -> int:
        """How many units stay in the segments that are not joined."""
        if self._current is None:
            return 0
        away = {line.id for line in gone}
        return sum(
            line.units
            for line in self._current.held.lines
            if line.segment not in joined and line.id not in away
        )

    def _means(self, gone: Sequence[Line]) -> Means:
        """The mean lengths of the new generation."""
        totals, units = np.zeros(len(FIELDS), np.int64), 0
        away = {line.id for line in gone}
        for line in () if self._current is None else self._current.held.lines:
            if line.id not in away:
                totals += line.lengths
                units += line.units
        for batch in self._batches:
            totals += batch.lengths
            units += batch.units
        return tuple(float(total) / max(1, units) for total in totals.tolist())

    def _subtract(self, line: Line, vocabulary: Vocabulary) -> None:
        """Take the terms of a document that goes out of the statistics."""
        assert self._current is not None
        segment = self._current.held.segments[line.segment]
        counts: Counter[int] = Counter()
        for start in range(line.local, line.local + line.units, 1_000):
            rows = range(start, min(start + 1_000, line.local + line.units))
            for dimensions, codes in self._current.codes.read(line.segment, rows).values():
                counts.update(dimensions[codes > 0].tolist())
        changes: dict[int, NDArray[np.int64]] = {}
        for at, often in counts.items():
            changes.setdefault(at >> 3, np.zeros(len(FIELDS), np.int64))[at & 7] -= often
        for serial, key, _ in spelled(self._server, segment.collection("terms"), list(changes)):
            vocabulary.change(key, changes[serial])

    def _take_back(self, which: int, vocabulary: Vocabulary, gone: Collection[str]) -> None:
        """Set the documents of a segment aside again, and take over what it changes of the statistics."""
        assert self._current is not None
        held, documents = self._current.held, self._current.documents
        segment = held.segments[which]
        for row in self._server.all(segment.collection("terms"), "", ["key", *FIELDS], 10_000):
            vocabulary.change(row["key"], np.array([int(row[field]) for field in FIELDS], np.int64))
        paths = {id: (path, told) for id, path, told in documents.known()}
        lines = [line for line in held.lines if line.segment == which and line.id not in gone]
        for batch in _batched(lines):
            rows = np.concatenate([held.first[held.index[line.id]] + np.arange(line.units) for line in batch])
            given = [
                IndexedDocument(documents.load(line.id), *paths[line.id], documents[held.index[line.id]].came)
                for line in batch
            ]
            parts = make_segment(given, self._current.dense.vectors(rows), self._segmenter, None)
            if segment.tokens:
                parts["tokens"] = self._tokens_of(rows)
            self._set_aside(parts, fresh=False)

    def _tokens_of(self, rows: NDArray[np.int64]) -> Arrays:
        assert self._current is not None
        tokens = self._current.tokens.of(rows)
        return {
            "values": np.concatenate([each.values for each in tokens]),
            "values_starts": np.cumsum([0, *(len(each.values) for each in tokens)]).astype(np.int64),
            "scales": np.array([each.scale for each in tokens], np.float32),
        }

    def seal(self, means: Means, vocabulary: Vocabulary) -> SegmentInfo | None:
        """Write what stands aside as one segment, durable and ready; None where there is nothing to say."""
        if not self._batches and not any(change.any() for change in vocabulary.changes.values()):
            return None
        name = self._server.address.name
        shapes = {"units": unit_table(self._encoder.dim), "texts": TEXTS, "terms": TERMS}
        self._made = True
        for table, shape in shapes.items():
            self._server.create(collection(name, self._name, table), shape)
        written = self._written(means, vocabulary)
        for table, shape in shapes.items():
            sealed = collection(name, self._name, table)
            self._server.seal(sealed, shape, written[table])
            self._require_count(sealed, written[table])
        return SegmentInfo(
            self._name,
            self._put_documents,
            self._put_units,
            (),
            {table: FileInfo(count, digest(table.encode())) for table, count in written.items()},
        )

    def _require_count(self, name: str, expected: int) -> None:
        """Raise EngineFailed unless a collection has what was sent: a message may have been sent twice."""
        found = self._server.count(name)
        if found != expected:
            raise EngineFailed(
                f"{name} of {self._server.address} has {found} rows; expected the {expected} that were sent. "
                "Nothing was committed. Run again."
            )

    def _written(self, means: Means, vocabulary: Vocabulary) -> dict[str, int]:
        """Send all rows; how many each collection has then."""
        name = self._server.address.name
        units, texts, terms = (collection(name, self._name, each) for each in ("units", "texts", "terms"))
        impacts, cited = tables(means), dict[str, list[list[int]]]()
        about = {"means": means, "tokens": all(batch.tokens for batch in self._batches)}
        told = rows_of("about", Kind.ABOUT, orjson.dumps(about).decode())
        written = Counter(texts=self._server.insert(texts, told))
        base = (0, 0)
        for batch in self._batches:
            parts = batch.read()
            rest: list[Row] = []
            rows = unit_rows(parts, vocabulary, impacts, base, rest, count=batch.fresh)
            written["units"] += self._server.insert(units, rows)
            written["texts"] += self._server.insert(texts, rest)
            written["texts"] += self._server.insert(texts, text_rows(parts, base))
            written["texts"] += self._server.insert(texts, token_rows(parts, base[1]))
            for key, places in cited_places(parts, base[1]):
                cited.setdefault(key, []).extend(places)
            base = (base[0] + batch.documents, base[1] + batch.units)
        written["texts"] += self._server.insert(texts, cited_rows(cited))
        written["terms"] += self._server.insert(terms, vocabulary.rows())
        return {table: written[table] for table in ("units", "texts", "terms")}


def _batched(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Documents in the order of their ids, as many together as memory shall hold."""
    batch: list[Line] = []
    for line in sorted(lines, key=lambda line: line.id):
        batch.append(line)
        if sum(each.units for each in batch) >= _UNITS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
