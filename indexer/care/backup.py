"""A copy of an index that can be trusted, and the way back.

A backup is a folder that is itself an index of one generation: every command opens it with `--index`,
`verify` checks it, and any program that copies folders may carry it away.

    DEST/CURRENT
    DEST/generations/00000007/    byte for byte the generation that was committed when the backup began
    DEST/segments/NAME/           byte for byte the segments that it names

Both ways hold a committed generation, copy it to a folder aside and check that folder whole. Then a backup
is one rename, and a restoration is one commit, as of any other generation.
"""

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import xxhash

from indexer.care.verify import verify
from indexer.disk.durable import make_directories, replace_file, sync_directory, sync_tree, writing
from indexer.disk.generation import BUILDING, remove_leftovers
from indexer.disk.layout import CURRENT, GENERATIONS, SEGMENTS, read_current, read_small
from indexer.disk.lock import write_lock
from indexer.disk.manifest import (
    Current,
    FileInfo,
    Manifest,
    damaged,
    digest,
    generation_folder,
    segment_folder,
)
from indexer.disk.storage import DISK, Storage
from indexer.embedded import read_manifest
from indexer.errors import BadDestination, FormatTooNew, FormatTooOld, SnapshotDamaged, SnapshotMissing
from indexer.segment.arrays import open_regular
from indexer.segment.reader import Segment

__all__ = ["CopyReport", "backup", "restore"]

PIECE = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a backup or a restoration has made. `size` in bytes; `created` is when the generation was written.

    `replaced` is the version that the index answered with before, None where there was none to be read.
    Example: `CopyReport("7-3f2a9c", 4, 350, 1_843_200, "2026-01-31T08:00:00+00:00", None, 0.4)`
    """

    index_version: str
    documents: int
    units: int
    size: int
    created: str
    replaced: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Held:
    """A committed generation with all its files open: they stay readable when a writer removes them."""

    current: Current
    manifest: Manifest
    manifest_bytes: bytes
    index_dir: Path
    files: Mapping[tuple[str, str], BinaryIO]  # by segment and name

    @property
    def size(self) -> int:
        """Bytes of all files."""
        files = [info for segment in self.manifest.segments for info in segment.files.values()]
        return sum(info.size for info in files) + len(self.manifest_bytes)


def backup(index_dir: Path, destination: Path, *, storage: Storage = DISK) -> CopyReport:
    """Copy the committed generation to a new folder; readers and a writer of the index go on meanwhile.

    Raises BadDestination, SnapshotMissing, SnapshotDamaged where the index is not sound, WriteFailed and
    what `read_current` raises; the destination then does not exist.
    Example: `backup(Path(".yinzheng"), Path("backups/2026-01-31")).index_version == "7-3f2a9c"`
    """
    started = time.perf_counter()
    _refuse_overlap(index_dir, destination)
    if destination.exists() or destination.is_symlink():
        raise BadDestination(
            f"{destination} exists; expected a name that is free, because a backup replaces nothing. "
            "Give another name, such as one with the date."
        )
    aside = destination.with_name(f".{destination.name}.partial-{secrets.token_hex(4)}")
    with (
        _hold(index_dir) as held,
        _written_aside(held, aside, held.current.generation, storage),
        writing(destination),
    ):
        storage.rename(aside, destination)
        sync_directory(destination.parent, storage)
    return _report(held, held.current, None, started)


def restore(
    source: Path, index_dir: Path, *, replace_index: bool = False, storage: Storage = DISK
) -> CopyReport:
    """Make the generation of a backup, or of any other index, the committed one of an index directory.

    It is copied and checked whole before it counts; to readers and a running service it is one more commit,
    and what was committed before keeps its files as the last generation but one. The number of the generation
    is kept unless the directory has seen it already. Raises BadDestination where the directory holds an index
    and `replace_index` is false, SnapshotMissing, SnapshotDamaged where the source is not sound,
    ForeignDirectory, DirectoryClosed, IndexLocked, WriteFailed, FormatTooOld, FormatTooNew; what was
    committed then stays.
    Example: `restore(Path("backups/2026-01-31"), Path(".yinzheng")).index_version == "7-3f2a9c"`
    """
    started = time.perf_counter()
    _refuse_overlap(source, index_dir)
    _replaced_version(index_dir, replace_index)
    generations = index_dir / GENERATIONS
    with _hold(source) as held:
        with writing(index_dir):
            make_directories(generations, storage)
            make_directories(index_dir / SEGMENTS, storage)
        with write_lock(index_dir, storage=storage):
            replaced = _replaced_version(index_dir, replace_index)  # again: now nobody else can commit
            seen = [int(folder.name) for folder in generations.iterdir() if folder.name.isdecimal()]
            number = max(held.current.generation, *(known + 1 for known in seen), 1)
            aside = generations / f"{BUILDING}{os.getpid()}-{secrets.token_hex(4)}"
            with _written_aside(held, aside, number, storage) as current, writing(index_dir / CURRENT):
                _move_segments(held, aside, index_dir, storage)
                storage.rename(generation_folder(aside, number), generation_folder(index_dir, number))
                sync_directory(generations, storage)
                replace_file(index_dir / CURRENT, current.to_bytes(), storage)
            remove_leftovers(index_dir, storage)
    return _report(held, current, replaced, started)


@contextmanager
def _hold(index_dir: Path) -> Iterator[_Held]:
    """The committed generation, its files open; where a writer has removed it meanwhile, the newer one."""
    current = read_current(index_dir)
    while current is not None:
        with ExitStack() as stack:
            try:
                held = _open_files(index_dir, current, stack)
            except SnapshotDamaged:
                newer = read_current(index_dir)
                if newer == current:
                    raise
                current = newer
                continue
            yield held
            return
    raise SnapshotMissing(
        f"{index_dir} holds no index; expected one. "
        "Name a backup, or an index that `yinzheng verify` finds sound."
    )


def _move_segments(held: _Held, aside: Path, index_dir: Path, storage: Storage) -> None:
    """Put copied segments in their place; one of the same name gives way, since it may be damaged."""
    for segment in held.manifest.segments:
        final = segment_folder(index_dir, segment.name)
        if final.exists() and not Segment(final, segment, lenient=True).damage(contents=True):
            continue  # shared with what is there, and sound: its readers go on
        storage.remove_tree(final)
        storage.rename(segment_folder(aside, segment.name), final)
    sync_directory(index_dir / SEGMENTS, storage)


def _open_files(index_dir: Path, current: Current, stack: ExitStack) -> _Held:
    """Regular files of the stated sizes, no links; a backup comes from anywhere."""
    manifest = read_manifest(index_dir, current)
    manifest_path = generation_folder(index_dir, current.generation) / "manifest.json"
    try:
        manifest_bytes = read_small(manifest_path)
    except OSError as error:
        found = f"no readable file ({error.strerror})"
        raise damaged(manifest_path, found, "a file of the index") from error
    files = {}
    for segment in manifest.segments:
        folder = segment_folder(index_dir, segment.name)
        if folder.is_symlink():
            raise damaged(folder, "a link", "a folder")
        for name, info in segment.files.items():
            file = os.fdopen(open_regular(folder / name, info), "rb")
            files[segment.name, name] = stack.enter_context(file)
    return _Held(current, manifest, manifest_bytes, index_dir, files)


@contextmanager
def _written_aside(held: _Held, aside: Path, number: int, storage: Storage) -> Iterator[Current]:
    """An index at `aside` with the held generation as its only one, under this number: durable and verified.

    The folder is gone at the end of the block, or what of it has not been renamed.
    """
    folder = generation_folder(aside, number)
    try:
        with writing(aside):
            make_directories(folder, storage)
            for segment in held.manifest.segments:
                place, origin = (segment_folder(root, segment.name) for root in (aside, held.index_dir))
                make_directories(place, storage)
                for name, expected in segment.files.items():
                    copy = partial(
                        _copy, held.files[segment.name, name], place / name, expected, origin / name
                    )
                    storage.let_write(place / name, copy)
            data = held.manifest_bytes
            if number != held.current.generation:
                data = replace(held.manifest, generation=number).to_bytes()
            storage.write(folder / "manifest.json", data)
            current = replace(held.current, generation=number, manifest_xxh3=digest(data))
            storage.write(aside / CURRENT, current.to_bytes())
            sync_tree(aside, storage)
        problems = verify(aside)
        if problems:
            where = f"{held.index_dir}, as copied: {problems[0].where}"
            raise SnapshotDamaged(f"{where}: {problems[0].message}. Remedy: {problems[0].remedy}.")
        yield current
    finally:
        storage.remove_tree(aside)


def _copy(file: BinaryIO, target: Path, expected: FileInfo, origin: Path) -> None:
    """Copy a file; raises SnapshotDamaged, naming where it came from, unless it is as the manifest says."""
    state, size = xxhash.xxh3_64(), 0
    with target.open("wb") as copy:
        while size <= expected.size and (piece := file.read(PIECE)):  # a file may grow without end
            state.update(piece)
            size += len(piece)
            copy.write(piece)
    if size != expected.size:
        raise damaged(origin, f"{size} bytes", f"{expected.size}")
    if state.hexdigest() != expected.xxh3:
        raise damaged(origin, f"xxh3 {state.hexdigest()}", expected.xxh3)


def _refuse_overlap(source: Path, destination: Path) -> None:
    a, b = source.resolve(), destination.resolve()
    if a.is_relative_to(b) or b.is_relative_to(a):
        raise BadDestination(
            f"{destination} and {source} are one folder, or one lies in the other; expected two places "
            "apart, best on two disks. Name another folder."
        )


def _replaced_version(index_dir: Path, replace_index: bool) -> str | None:
    """The version that would be replaced; raises BadDestination where that was not asked for."""
    version, found = None, ""
    try:
        if current := read_current(index_dir):
            version, found = current.index_version, f"the index {current.index_version}"
    except (SnapshotDamaged, FormatTooOld, FormatTooNew) as error:
        found = f"an index that cannot be opened ({error})"
    if found and not replace_index:
        raise BadDestination(
            f"{index_dir} holds {found}; expected a directory without an index. "
            "Add --replace to put the backup in its place, or name another directory with --index."
        )
    return version


def _report(held: _Held, current: Current, replaced: str | None, started: float) -> CopyReport:
    return CopyReport(
        index_version=current.index_version,
        documents=held.manifest.counts.documents,
        units=held.manifest.counts.units,
        size=held.size,
        created=held.manifest.created,
        replaced=replaced,
        seconds=time.perf_counter() - started,
    )
