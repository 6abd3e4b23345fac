"""Publishing a generation: what an engine does with documents, and the engine that is built in."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.content.dense import EXACT_UNITS, write_nearest
from indexer.disk.generation import commit, next_generation, remove_leftovers, write_segment
from indexer.disk.manifest import (
    FORMAT_VERSION,
    NEAREST,
    Counts,
    EncoderInfo,
    Manifest,
    SegmentInfo,
    segment_folder,
)
from indexer.disk.storage import DISK, Storage
from indexer.disk.tiers import to_merge
from indexer.embedded import EmbeddedSnapshot
from indexer.encode import BATCH
from indexer.segment.arrays import write_arrays
from indexer.segment.fields import FIELDS_VERSION, encoded_text
from indexer.segment.merging import merge_segments
from indexer.segment.reader import Segment
from indexer.segment.writer import IndexedDocument, Parts, make_segment, token_arrays
from models.encoder import Encoder, TokenEncoder
from models.encoders.registry import word_encoder
from models.segmenter import Segmenter

__all__ = ["EmbeddedPublisher", "Publisher", "words_fingerprint"]


class Publisher(Protocol):
    """Takes the documents of a run; nothing of them answers before `publish`. It begins when it is made."""

    @property
    def generation(self) -> int:
        """The number of the generation that it makes."""
        ...

    @property
    def units(self) -> int:
        """How many units the index has; after `publish`, those of the new generation."""
        ...

    @property
    def held(self) -> int:
        """How many units stand in the index and in what was put, deleted ones included."""
        ...

    def put(self, documents: Sequence[IndexedDocument], vectors: NDArray[np.float32]) -> None:
        """Take documents by rising id, and the vectors `(units, dim)` of their units; raises WriteFailed."""
        ...

    def publish(self, removed: Collection[str], *, optimize: bool = False) -> str:
        """Commit what was put, and that documents were removed or replaced; returns the index version.

        With `optimize` the generation has one segment. Raises WriteFailed.
        """
        ...

    def rollback(self) -> None:
        """Forget what was put; never raises."""
        ...


def words_fingerprint(encoder: Encoder) -> str:
    """Fingerprint of the encoder that says what single words mean, empty without one."""
    words = word_encoder(encoder)
    return "" if words is None else words.fingerprint


def _token_vectors(texts: Sequence[str], encoder: TokenEncoder) -> Iterator[NDArray[np.float32]]:
    """The token vectors of texts one after the other: of all at once they would take a gigabyte."""
    for start in range(0, len(texts), BATCH):
        yield from encoder.encode_tokens(texts[start : start + BATCH])


class EmbeddedPublisher:
    """Writes segments into an index directory; for the holder of the write lock.

    Example: `publisher.put(documents, vectors)`, then `publisher.publish({"r19"}) == "8-1c22d0"`
    """

    def __init__(
        self,
        index_dir: Path,
        current: EmbeddedSnapshot | None,
        encoder: Encoder,
        segmenter: Segmenter,
        storage: Storage = DISK,
        *,
        tokens: bool = True,
    ) -> None:
        """`current` is the committed generation, None in a new index. What killed runs left is removed.

        With `tokens` false no token vectors are written.
        """
        self._tokens = tokens
        self._index_dir = index_dir
        self._current = current
        self._encoder = encoder
        self._segmenter = segmenter
        self._storage = storage
        self._fresh: list[SegmentInfo] = []
        self.generation = next_generation(index_dir)
        self.units = 0 if current is None else current.manifest.counts.units
        remove_leftovers(index_dir, storage)  # first of all, for they take room

    @property
    def held(self) -> int:
        """`Publisher.held`."""
        before = () if self._current is None else self._current.manifest.segments
        return sum(info.units for info in (*before, *self._fresh))

    def put(self, documents: Sequence[IndexedDocument], vectors: NDArray[np.float32]) -> None:
        """`Publisher.put`: one segment."""
        parts = make_segment(documents, vectors, self._segmenter, word_encoder(self._encoder))
        if self._tokens and isinstance(self._encoder, TokenEncoder):
            texts = [encoded_text(unit) for each in documents for unit in each.document.units]
            parts["tokens"] = token_arrays(_token_vectors(texts, self._encoder))
        self._fresh.append(self._write(parts))

    def publish(self, removed: Collection[str], *, optimize: bool = False) -> str:
        """`Publisher.publish`: merge what has become too many, then commit by one rename."""
        infos = [*self._kept(removed), *self._fresh]
        fresh = range(len(infos) - len(self._fresh), len(infos))
        live = [_live(self._index_dir, info) for info in infos]
        merged = [
            infos[group[0]] if len(group) == 1 and not rewrite else self._merged([infos[at] for at in group])
            for group, rewrite in to_merge(infos, live, fresh, EXACT_UNITS, optimize=optimize)
        ]
        manifest = Manifest(
            format_version=FORMAT_VERSION,
            generation=self.generation,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            counts=Counts(
                documents=sum(info.documents - len(info.deleted) for info in merged), units=sum(live)
            ),
            encoder=EncoderInfo(self._encoder.name, self._encoder.dim, self._encoder.fingerprint),
            words=words_fingerprint(self._encoder),
            segmenter=self._segmenter.fingerprint,
            fields_version=FIELDS_VERSION,
            segments=tuple(sorted(merged, key=lambda info: (-info.units, info.name))),
        )
        self.units = manifest.counts.units
        self._fresh = []  # from here on CURRENT may name them, even where the commit fails at its last sync
        return commit(self._index_dir, manifest, self._storage).index_version

    def rollback(self) -> None:
        """`Publisher.rollback`."""
        for info in self._fresh:
            self._storage.remove_tree(segment_folder(self._index_dir, info.name))
        self._fresh = []

    def _kept(self, removed: Collection[str]) -> list[SegmentInfo]:
        """The segments of the current generation, with the removed documents among the deleted ones."""
        if self._current is None:
            return []
        deleted = [set(info.deleted) for info in self._current.manifest.segments]
        for id in removed:
            place = self._current.rows.find(id)
            if place is not None:
                deleted[place.segment].add(place.number)
        return [
            replace(info, deleted=tuple(sorted(gone)))
            for info, gone in zip(self._current.manifest.segments, deleted, strict=True)
        ]

    def _merged(self, infos: Sequence[SegmentInfo]) -> SegmentInfo:
        segments: list[Segment] = []
        try:
            for info in infos:
                segments.append(Segment(segment_folder(self._index_dir, info.name), info))
            merged = self._write(merge_segments(segments))
        finally:
            for segment in segments:
                segment.close()
        self._fresh.append(merged)
        return merged

    def _write(self, parts: Parts) -> SegmentInfo:
        units, documents = len(parts["units"]["kinds"]), len(parts["documents"]["heads_starts"]) - 1
        files: dict[str, Callable[[Path], None]] = {
            f"{name}.safetensors": partial(write_arrays, arrays=arrays) for name, arrays in parts.items()
        }
        if units > EXACT_UNITS:
            files[NEAREST] = partial(write_nearest, vectors=parts["vectors"]["vectors"])
        name, infos = write_segment(self._index_dir, files, self._storage)
        return SegmentInfo(name, documents, units, (), infos)


def _live(index_dir: Path, info: SegmentInfo) -> int:
    """How many units of a segment are not deleted."""
    if not info.deleted:
        return info.units
    segment = Segment(segment_folder(index_dir, info.name), info)
    try:
        counts = np.diff(segment["documents"]["first_rows"])
        return int(counts[~segment.deleted].sum())
    finally:
        segment.close()
