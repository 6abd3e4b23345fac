"""Writing segments aside, committing a generation by one rename, removing what no reader can open any more.

segments/3f2a9c0d11e2b7a4/     documents of one run, or of a merger: never changed, shared by generations
generations/00000007/
  manifest.json                which segments, and which of their documents are deleted
"""

import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from indexer.disk.durable import ASIDE, replace_file, sync_directory, sync_tree, writing
from indexer.disk.layout import CURRENT, GENERATIONS, SEGMENTS, read_current, read_small
from indexer.disk.manifest import (
    FORMAT_VERSION,
    MOST_GENERATIONS,
    Current,
    FileInfo,
    Manifest,
    damaged,
    digest,
    digest_file,
    generation_folder,
    segment_folder,
)
from indexer.disk.storage import DISK, Storage
from indexer.errors import FormatTooNew, FormatTooOld, SnapshotDamaged

__all__ = ["BUILDING", "KEPT", "commit", "next_generation", "remove_leftovers", "write_segment"]

KEPT = 2  # generations: the current one, and the one that a reader may just be opening
BUILDING = ".building-"


def next_generation(index_dir: Path) -> int:
    """The first number above every generation that is or was begun to be committed."""
    current = read_current(index_dir)
    number = max([current.generation if current else 0, *_numbers(index_dir)]) + 1
    if number > MOST_GENERATIONS:
        raise damaged(
            index_dir / GENERATIONS, f"generation {number - 1}", f"numbers below {MOST_GENERATIONS}"
        )
    return number


def write_segment(
    index_dir: Path, files: Mapping[str, Callable[[Path], None]], storage: Storage = DISK
) -> tuple[str, dict[str, FileInfo]]:
    """Write the files of a segment, durably, under a name of its own; returns the name and what they are.

    Each of `files` writes the path that it is given. Raises WriteFailed, with nothing left behind.
    """
    name = secrets.token_hex(8)
    aside, final = segment_folder(index_dir, BUILDING + name), segment_folder(index_dir, name)
    try:
        with writing(final):
            storage.make_directory(aside)
            for file, write in files.items():
                path = aside / file
                storage.let_write(path, lambda path=path, write=write: write(path))  # type: ignore[misc]
            infos = {file: digest_file(aside / file) for file in files}
            sync_tree(aside, storage)
            storage.rename(aside, final)
            sync_directory(final.parent, storage)
    except BaseException:
        storage.remove_tree(aside)
        storage.remove_tree(final)
        raise
    return name, infos


def commit(index_dir: Path, manifest: Manifest, storage: Storage = DISK) -> Current:
    """Make a manifest, whose segments are written, the one that counts; replacing CURRENT is what does it.

    Raises WriteFailed; where only the very last sync failed, the new generation may count already.
    """
    final = generation_folder(index_dir, manifest.generation)
    aside = final.with_name(f"{BUILDING}{os.getpid()}-{secrets.token_hex(4)}")
    data = manifest.to_bytes()
    current = Current(FORMAT_VERSION, manifest.generation, digest(data))
    try:
        with writing(index_dir / CURRENT):
            storage.make_directory(aside)
            storage.write(aside / "manifest.json", data)
            sync_tree(aside, storage)
            storage.rename(aside, final)
            sync_directory(final.parent, storage)
            replace_file(index_dir / CURRENT, current.to_bytes(), storage)
    finally:
        # Absent after the renaming. The final folder is left even on failure: CURRENT may name it already.
        storage.remove_tree(aside)
    return current


def remove_leftovers(index_dir: Path, storage: Storage = DISK) -> None:
    """Remove what killed runs left, all generations but the newest committed ones, and their segments.

    Only for the holder of the write lock. Readers that hold a removed generation keep its open files.
    """
    current = read_current(index_dir)
    committed = current.generation if current else 0
    kept = [number for number in _numbers(index_dir) if number <= committed][-KEPT:]
    for folder in (index_dir / GENERATIONS).iterdir():
        killed = folder.name.startswith(BUILDING)
        old = folder.name.isdecimal() and int(folder.name) not in kept
        if killed or old:
            storage.remove_tree(folder)
    used = {name for number in kept for name in _segments(index_dir, number)}
    for folder in (index_dir / SEGMENTS).iterdir():
        if folder.name not in used:
            storage.remove_tree(folder)
    with suppress(OSError):
        storage.remove(index_dir / (CURRENT + ASIDE))


def _segments(index_dir: Path, generation: int) -> list[str]:
    """The names of the segments of a generation; none where it cannot be read: then nobody can open it."""
    path = generation_folder(index_dir, generation) / "manifest.json"
    try:
        return [segment.name for segment in Manifest.from_bytes(read_small(path), path).segments]
    except (OSError, SnapshotDamaged, FormatTooOld, FormatTooNew):
        return []


def _numbers(index_dir: Path) -> list[int]:
    """The numbers of the generations whose folders exist, rising."""
    folders = (index_dir / GENERATIONS).glob("[0-9]*")
    return sorted(int(folder.name) for folder in folders if folder.name.isdecimal())
