"""Reading one committed generation: checked before anything is opened, then never changing.

Everything that a reader of the index needs is here: units, documents, citing units, lexical and dense search.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from indexer.content.dense import DenseIndex
from indexer.content.lexical import LexicalIndex
from indexer.content.store import CitingStore, Database, DocumentStore, StoredDocument, UnitStore
from indexer.content.words import Words
from indexer.disk.layout import read_current
from indexer.disk.manifest import Current, Manifest, damaged, digest, digest_file, generation_folder
from indexer.errors import EncoderMismatch, SnapshotDamaged, SnapshotMissing
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = [
    "Snapshot",
    "StoredDocument",
    "Words",
    "check_files",
    "committed_manifest",
    "read_committed",
    "read_manifest",
]

Read = TypeVar("Read")

# A writer may remove a generation between reading CURRENT and opening it, which takes two commits each time.
ATTEMPTS = 20


class Snapshot:
    """A generation, held open: later commits, and the removal of its files, do not touch it.

    Example: `with Snapshot.open(Path(".yinzheng")) as snapshot: print(snapshot.units.get(0).text)`
    """

    def __init__(self, folder: Path, current: Current, manifest: Manifest) -> None:
        """Use `open`, which compares sizes and checksums first."""
        self.manifest = manifest
        self.index_version = current.index_version
        self._database = Database(folder / "store.sqlite3")
        try:
            self.units = UnitStore(self._database)
            self.documents = DocumentStore(self._database)
            self.citing = CitingStore(self._database)
            self.lexical = LexicalIndex.open(folder / "lexical")
            self.dense = DenseIndex.open(folder / "vectors.faiss")
            self._check_counts(folder)
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, index_dir: Path, *, verify: bool = True) -> Self:
        """The generation that CURRENT names; `verify=False` compares sizes only, not checksums.

        Raises SnapshotMissing, SnapshotDamaged (naming the file), FormatTooOld, FormatTooNew,
        ForeignDirectory, DirectoryClosed.
        """
        return read_committed(
            index_dir, lambda folder, current: cls.open_generation(folder, current, verify=verify)
        )

    @classmethod
    def open_generation(cls, folder: Path, current: Current, *, verify: bool) -> Self:
        """The generation in `folder`, which must be the one of `current`. Raises SnapshotDamaged."""
        manifest = read_manifest(folder, current)
        problems = check_files(folder, manifest, contents=verify)
        if problems:
            raise problems[0]
        try:
            return cls(folder, current, manifest)
        except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
            raise damaged(folder, f"files that cannot be opened ({error})", "a generation") from error

    def require_encoder(self, encoder: Encoder) -> None:
        """Raise EncoderMismatch unless the vectors were made by an encoder with the same fingerprint."""
        made = self.manifest.encoder
        if made.fingerprint != encoder.fingerprint:
            raise EncoderMismatch(
                f"the index was made with encoder {made.name} "
                f"({made.fingerprint[:12]}, {made.dim} dimensions), "
                f"not with {encoder.name} ({encoder.fingerprint[:12]}, {encoder.dim} dimensions). "
                f"Search with --encoder {made.name}, or run `yinzheng index` again with this one."
            )

    def require_segmenter(self, segmenter: Segmenter) -> None:
        """Raise EncoderMismatch unless the terms were made by a segmenter with the same fingerprint."""
        if self.manifest.segmenter != segmenter.fingerprint:
            raise EncoderMismatch(
                f"the index was made with segmenter {self.manifest.segmenter[:12]}, "
                f"not with {segmenter.fingerprint[:12]}. "
                "Search with the same user dictionary, or run `yinzheng index` again."
            )

    def close(self) -> None:
        """Close the files; nothing may be asked of the snapshot afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        """Close the files at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the files."""
        self.close()

    def _check_counts(self, folder: Path) -> None:
        counts = self.manifest.counts
        rows = {
            "store.sqlite3": (len(self.units), counts.units),
            "store.sqlite3 (documents)": (len(self.documents), counts.documents),
            "vectors.faiss": (len(self.dense), counts.vectors),
            "vectors.faiss (dimensions)": (self.dense.dim, self.manifest.encoder.dim),
            "lexical": (len(self.lexical), counts.units),
        }
        for name, (found, expected) in rows.items():
            if found != expected:
                raise damaged(folder / name, str(found), str(expected))


def committed_manifest(index_dir: Path) -> Manifest:
    """The manifest of the generation that CURRENT names, its digest compared; no other file is read.

    Raises as `Snapshot.open` does.
    Example: `committed_manifest(Path(".yinzheng")).encoder.name == "packaged"`
    """
    return read_committed(index_dir, read_manifest)


def read_committed(index_dir: Path, read: Callable[[Path, Current], Read]) -> Read:
    """What `read` takes from the committed generation; a commit in the meantime is no damage.

    Raises as `Snapshot.open` does, and what `read` raises.
    """
    current, attempts = read_current(index_dir), 0
    while current is not None:
        try:
            return read(generation_folder(index_dir, current.generation), current)
        except SnapshotDamaged:
            newer, attempts = read_current(index_dir), attempts + 1
            if newer == current or attempts == ATTEMPTS:
                raise
            current = newer
    raise SnapshotMissing(
        f"{index_dir} holds no index; expected one. "
        f"Make it with `yinzheng index PATH... --index {index_dir}`."
    )


def read_manifest(folder: Path, current: Current) -> Manifest:
    """The manifest that CURRENT names, or SnapshotDamaged."""
    path = folder / "manifest.json"
    try:
        data = path.read_bytes()
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


def check_files(folder: Path, manifest: Manifest, *, contents: bool) -> list[SnapshotDamaged]:
    """An error for every file whose size, or with `contents` whose checksum, is not the manifest's."""
    problems = []
    for name, expected in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != expected.size:
                problems.append(damaged(path, f"{size} bytes", f"{expected.size}"))
            elif contents and (found := digest_file(path)) != expected:
                problems.append(damaged(path, f"xxh3 {found.xxh3}", expected.xxh3))
        except OSError as error:
            problems.append(damaged(path, f"no readable file ({error.strerror})", f"{expected.size} bytes"))
    return problems
