"""The engine that is built in: one committed generation, its segments mapped, then never changing.

Sizes are compared when a generation is opened, checksums when a file is first wanted.
"""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from indexer.content.dense import DenseIndex
from indexer.content.lexical import LexicalIndex
from indexer.content.rows import RowMap
from indexer.content.scopes import Scopes
from indexer.content.store import CitingStore, DocumentStore, UnitStore
from indexer.content.unit_words import TokenStore, WordStore
from indexer.disk.layout import read_current, read_small
from indexer.disk.manifest import Current, Manifest, damaged, digest, generation_folder, segment_folder
from indexer.errors import EncoderMismatch, SnapshotDamaged, SnapshotMissing
from indexer.segment.reader import Segment
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = ["EmbeddedSnapshot", "committed_manifest", "read_committed", "read_manifest"]

Read = TypeVar("Read")

# A writer may remove a generation between reading CURRENT and opening it, which takes two commits each time.
ATTEMPTS = 20


class EmbeddedSnapshot:
    """A generation, held open: later commits, and the removal of its files, do not touch it.

    Example: `with EmbeddedSnapshot.open(Path(".yinzheng")) as snapshot: print(snapshot.units.get(0).text)`
    """

    def __init__(
        self, index_dir: Path, current: Current, manifest: Manifest, *, lenient: bool = False
    ) -> None:
        """Open the files of all segments. Raises SnapshotDamaged; prefer `open`.

        A `lenient` one has `segments` alone, each with its `damage`.
        """
        self.manifest = manifest
        self.index_version = current.index_version
        self.segments: list[Segment] = []
        try:
            for info in manifest.segments:
                folder = segment_folder(index_dir, info.name)
                self.segments.append(Segment(folder, info, lenient=lenient))
            if lenient:
                return
            rows = RowMap(self.segments)
            self._check_counts(index_dir, rows)
        except BaseException:
            self.close()
            raise
        self.rows = rows
        self.scopes = Scopes(rows)
        self.units = UnitStore(rows)
        self.documents = DocumentStore(rows)
        self.citing = CitingStore(rows, self.units)
        self.lexical = LexicalIndex(rows, self.scopes)
        self.dense = DenseIndex(rows, self.scopes, manifest.encoder.dim)
        self.words = WordStore(rows)
        self.tokens = TokenStore(rows)

    @classmethod
    def open(cls, index_dir: Path, *, check: bool = False) -> Self:
        """The generation that CURRENT names; `check` reads every file and compares its checksum at once.

        Raises SnapshotMissing, SnapshotDamaged (naming the file), FormatTooOld, FormatTooNew,
        ForeignDirectory, DirectoryClosed.
        """

        def read(index_dir: Path, current: Current) -> Any:
            """The snapshot of one generation, closed again where its check fails."""
            opened = cls(index_dir, current, read_manifest(index_dir, current))
            try:
                if check:
                    opened.check()
            except BaseException:
                opened.close()
                raise
            return opened

        opened: Self = read_committed(index_dir, read)
        return opened

    def check(self) -> None:
        """Compare the checksums of all files that nobody has wanted yet; raises SnapshotDamaged."""
        for segment in self.segments:
            segment.check()

    def require_encoder(self, encoder: Encoder) -> None:
        """Raise EncoderMismatch unless the vectors were made by an encoder with the same fingerprint."""
        require_encoder(self.manifest, encoder)

    def require_segmenter(self, segmenter: Segmenter) -> None:
        """Raise EncoderMismatch unless the terms were made by a segmenter with the same fingerprint."""
        require_segmenter(self.manifest, segmenter)

    def close(self) -> None:
        """Close the files; nothing may be asked of the snapshot afterwards."""
        for segment in self.segments:
            segment.close()

    def __enter__(self) -> Self:
        """Close the files at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Close the files."""
        self.close()

    def _check_counts(self, index_dir: Path, rows: RowMap) -> None:
        counts = self.manifest.counts
        path = generation_folder(index_dir, self.manifest.generation) / "manifest.json"
        if (rows.units, len(rows.ids)) != (counts.units, counts.documents):
            found = f"{rows.units} units of {len(rows.ids)} documents in the segments"
            raise damaged(path, found, f"{counts.units} of {counts.documents}")
        if len(set(rows.ids)) != len(rows.ids):
            raise damaged(path, "a document in two segments", "each in one")


def require_encoder(manifest: Manifest, encoder: Encoder) -> None:
    """Raise EncoderMismatch unless an index was made with an encoder of this fingerprint and width."""
    made = manifest.encoder
    if (made.fingerprint, made.dim) != (encoder.fingerprint, encoder.dim):
        raise EncoderMismatch(
            f"the index was made with encoder {made.name} "
            f"({made.fingerprint[:12]}, {made.dim} dimensions), "
            f"not with {encoder.name} ({encoder.fingerprint[:12]}, {encoder.dim} dimensions). "
            f"Search with --encoder {made.name}, or run `yinzheng index` again with this one."
        )


def require_segmenter(manifest: Manifest, segmenter: Segmenter) -> None:
    """Raise EncoderMismatch unless an index was made with a segmenter of the same fingerprint."""
    if manifest.segmenter != segmenter.fingerprint:
        raise EncoderMismatch(
            f"the index was made with segmenter {manifest.segmenter[:12]}, "
            f"not with {segmenter.fingerprint[:12]}. "
            "Search with the same user dictionary, or run `yinzheng index` again."
        )


def committed_manifest(index_dir: Path) -> Manifest:
    """The manifest of the generation that CURRENT names, its digest compared; no other file is read.

    Raises as `EmbeddedSnapshot.open` does.
    Example: `committed_manifest(Path(".yinzheng")).encoder.name == "packaged"`
    """
    return read_committed(index_dir, read_manifest)


def read_committed(index_dir: Path, read: Callable[[Path, Current], Read]) -> Read:
    """What `read` takes from the committed generation; a commit in the meantime is no damage.

    Raises as `EmbeddedSnapshot.open` does, and what `read` raises.
    """
    current, attempts = read_current(index_dir), 0
    while current is not None:
        try:
            return read(index_dir, current)
        except SnapshotDamaged:
            newer, attempts = read_current(index_dir), attempts + 1
            if newer == current or attempts == ATTEMPTS:
                raise
            current = newer
    raise SnapshotMissing(
        f"{index_dir} holds no index; expected one. "
        f"Make it with `yinzheng index PATH... --index {index_dir}`."
    )


def read_manifest(index_dir: Path, current: Current) -> Manifest:
    """The manifest that CURRENT names, or SnapshotDamaged."""
    path = generation_folder(index_dir, current.generation) / "manifest.json"
    try:
        data = read_small(path)
    except OSError as error:
        raise damaged(
            path, f"no readable file ({error.strerror})", "the manifest named by CURRENT"
        ) from error
    if digest(data) != current.manifest_xxh3:
        raise damaged(path, f"xxh3 {digest(data)}", f"{current.manifest_xxh3}, as in CURRENT")
    manifest = Manifest.from_bytes(data, path)
    for field in ("generation", "format_version"):
        found, expected = getattr(manifest, field), getattr(current, field)
        if found != expected:
            raise damaged(path, f"{field} {found}", f"{expected}, as in CURRENT")
    return manifest
