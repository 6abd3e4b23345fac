"""A copy of an index that can be trusted, and the way back.

A backup is a folder that is itself an index of one generation: every command opens it with `--index`,
`verify` checks it, and any program that copies folders may carry it away.

    DEST/CURRENT
    DEST/generations/00000007/    byte for byte the generation that was committed when the backup began

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
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import xxhash

from indexer.care.verify import verify
from indexer.disk.durable import make_directories, replace_file, sync_directory, sync_tree, writing
from indexer.disk.generation import BUILDING, remove_leftovers
from indexer.disk.layout import CURRENT, GENERATIONS, read_current
from indexer.disk.lock import write_lock
from indexer.disk.manifest import Current, FileInfo, Manifest, damaged, digest, generation_folder
from indexer.disk.storage import DISK, Storage
from indexer.errors import BadDestination, FormatTooNew, FormatTooOld, SnapshotDamaged, SnapshotMissing
from indexer.snapshot import read_manifest

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
    folder: Path
    files: Mapping[str, BinaryIO]


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
        with write_lock(index_dir, storage=storage):
            replaced = _replaced_version(index_dir, replace_index)  # again: now nobody else can commit
            seen = [int(folder.name) for folder in generations.iterdir() if folder.name.isdecimal()]
            number = max(held.current.generation, *(known + 1 for known in seen), 1)
            aside = generations / f"{BUILDING}{os.getpid()}-{secrets.token_hex(4)}"
            with _written_aside(held, aside, number, storage) as current, writing(index_dir / CURRENT):
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


def _open_files(index_dir: Path, current: Current, stack: ExitStack) -> _Held:
    folder = generation_folder(index_dir, current.generation)
    manifest = read_manifest(folder, current)
    for name in manifest.files:  # a backup comes from anywhere: its names may not lead out of the copy
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise damaged(folder / "manifest.json", f"a file called {name!r}", "names below its folder")
    name = "manifest.json"
    try:
        manifest_bytes = (folder / name).read_bytes()
        files = {name: stack.enter_context((folder / name).open("rb")) for name in manifest.files}
    except OSError as error:
        raise damaged(folder / name, f"no readable file ({error.strerror})", "a file of the index") from error
    return _Held(current, manifest, manifest_bytes, folder, files)


@contextmanager
def _written_aside(held: _Held, aside: Path, number: int, storage: Storage) -> Iterator[Current]:
    """An index at `aside` with the held generation as its only one, under this number: durable and verified.

    The folder is gone at the end of the block, or what of it has not been renamed.
    """
    folder = generation_folder(aside, number)
    try:
        with writing(aside):
            for name, expected in held.manifest.files.items():
                make_directories((folder / name).parent, storage)
                copy = partial(_copy, held.files[name], folder / name, expected, held.folder / name)
                storage.let_write(folder / name, copy)
            data = held.manifest_bytes
            if number != held.current.generation:
                data = replace(held.manifest, generation=number).to_bytes()
            storage.write(folder / "manifest.json", data)
            current = replace(held.current, generation=number, manifest_xxh3=digest(data))
            storage.write(aside / CURRENT, current.to_bytes())
            sync_tree(aside, storage)
        problems = verify(aside)
        if problems:
            where = f"{held.folder}, as copied: {problems[0].where}"
            raise SnapshotDamaged(f"{where}: {problems[0].message}. Remedy: {problems[0].remedy}.")
        yield current
    finally:
        storage.remove_tree(aside)


def _copy(file: BinaryIO, target: Path, expected: FileInfo, origin: Path) -> None:
    """Copy a file; raises SnapshotDamaged, naming where it came from, unless it is as the manifest says."""
    state, size = xxhash.xxh3_64(), 0
    with target.open("wb") as copy:
        while piece := file.read(PIECE):
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
        size=sum(file.size for file in held.manifest.files.values()) + len(held.manifest_bytes),
        created=held.manifest.created,
        replaced=replaced,
        seconds=time.perf_counter() - started,
    )
