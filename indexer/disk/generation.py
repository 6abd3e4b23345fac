"""Writing a generation aside, committing it by one rename, and removing what no reader can open any more.

generations/00000007/
  manifest.json        what the others are (`indexer.disk.manifest`)
  store.sqlite3        documents, units, citations (`indexer.content.store_writer`)
  vectors.faiss        one vector a unit (`indexer.content.dense`)
  lexical/             one tantivy document a unit (`indexer.content.lexical_writer`)
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.types import Unit
from indexer.content.dense import write_vectors
from indexer.content.fields import FIELDS_VERSION, Field, lexical_fields
from indexer.content.lexical_writer import write_lexical
from indexer.content.store import Database, UnitStore
from indexer.content.store_writer import IndexedDocument, write_store
from indexer.content.word_source import WordSource
from indexer.disk.durable import ASIDE, replace_file, sync_directory, sync_tree, writing
from indexer.disk.layout import CURRENT, GENERATIONS, read_current
from indexer.disk.manifest import (
    FORMAT_VERSION,
    Counts,
    Current,
    EncoderInfo,
    Manifest,
    digest,
    digest_file,
    generation_folder,
)
from indexer.disk.storage import DISK, Storage
from models.encoder import Encoder
from models.segmenter import Segmenter

__all__ = ["KEPT", "commit", "next_generation", "remove_leftovers", "write_generation"]

KEPT = 2  # generations: the current one, and the one that a reader may just be opening
BUILDING = ".building-"


def next_generation(index_dir: Path) -> int:
    """The first number above every generation that is or was begun to be committed."""
    current = read_current(index_dir)
    numbers = [current.generation] if current else [0]
    return max([*numbers, *_numbers(index_dir)]) + 1


def write_generation(
    index_dir: Path,
    number: int,
    documents: Sequence[IndexedDocument],
    vectors: NDArray[np.float32],
    encoder: Encoder,
    segmenter: Segmenter,
    source: WordSource | None = None,
    storage: Storage = DISK,
) -> Path:
    """Write everything of a generation to a folder aside, durably; returns that folder.

    `documents` by rising id; `vectors` `(units, dim) float32` in the same order; `source` has the words of
    units, None: the segmenter cuts them all. Raises WriteFailed, with nothing left behind.
    """
    folder = index_dir / GENERATIONS / f"{BUILDING}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        with writing(folder):
            units = [unit for indexed in documents for unit in indexed.document.units]
            store, nearest, lexical = (
                folder / name for name in ("store.sqlite3", "vectors.faiss", "lexical")
            )
            words = source or WordSource(segmenter)
            storage.make_directory(folder)
            storage.make_directory(lexical)
            storage.let_write(store, lambda: write_store(store, documents, words))
            storage.let_write(nearest, lambda: write_vectors(nearest, vectors))
            storage.let_write(lexical, lambda: write_lexical(lexical, _tokens(units, store, segmenter)))
            manifest = Manifest(
                format_version=FORMAT_VERSION,
                generation=number,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                counts=Counts(documents=len(documents), units=len(units), vectors=len(vectors)),
                encoder=EncoderInfo(encoder.name, encoder.dim, encoder.fingerprint),
                segmenter=segmenter.fingerprint,
                fields_version=FIELDS_VERSION,
                files={
                    file.relative_to(folder).as_posix(): digest_file(file)
                    for file in sorted(folder.rglob("*"))
                    if file.is_file()
                },
            )
            storage.write(folder / "manifest.json", manifest.to_bytes())
            sync_tree(folder, storage)
    except BaseException:
        storage.remove_tree(folder)
        raise
    return folder


def _tokens(units: Sequence[Unit], store: Path, segmenter: Segmenter) -> Iterator[dict[Field, list[str]]]:
    """The tokens of every unit, with the words that the store was just given."""
    database = Database(store)
    try:
        for unit, words in zip(units, UnitStore(database).all_words(), strict=True):
            yield lexical_fields(unit, words, segmenter)
    finally:
        database.close()


def commit(index_dir: Path, folder: Path, number: int, storage: Storage = DISK) -> Current:
    """Make a finished folder the generation that counts; the replacement of CURRENT is what does it.

    Raises WriteFailed; where only the very last sync failed, the new generation may count already.
    """
    final = generation_folder(index_dir, number)
    try:
        with writing(index_dir / CURRENT):
            current = Current(FORMAT_VERSION, number, digest((folder / "manifest.json").read_bytes()))
            storage.rename(folder, final)
            sync_directory(final.parent, storage)
            replace_file(index_dir / CURRENT, current.to_bytes(), storage)
    finally:
        # Absent after the renaming. The final folder is left even on failure: CURRENT may name it already.
        storage.remove_tree(folder)
    return current


def remove_leftovers(index_dir: Path, storage: Storage = DISK) -> None:
    """Remove what killed runs left, and all generations but the newest that were committed.

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
    with suppress(OSError):
        storage.remove(index_dir / (CURRENT + ASIDE))


def _numbers(index_dir: Path) -> list[int]:
    """The numbers of the generations whose folders exist, rising."""
    folders = (index_dir / GENERATIONS).glob("[0-9]*")
    return sorted(int(folder.name) for folder in folders if folder.name.isdecimal())
