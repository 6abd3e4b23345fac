"""One segment, held open: its files are mapped, and each is checked when something of it is first wanted."""

import mmap
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import xxhash
from numpy.typing import NDArray

from indexer.disk.manifest import NEAREST, FileInfo, SegmentInfo, damaged
from indexer.errors import SnapshotDamaged
from indexer.segment.arrays import ArrayFile, Arrays, open_regular
from indexer.segment.tables import SHAPES, Blob, look_up, sound

__all__ = ["Segment"]

Read = TypeVar("Read")


class Segment:
    """The arrays of a folder `segments/NAME`, and which of its documents are deleted.

    Rows and documents count within the segment here: `indexer.content.rows` has those of the whole.
    """

    def __init__(self, folder: Path, info: SegmentInfo, *, lenient: bool = False) -> None:
        """Open every file of it; raises SnapshotDamaged where one is missing or has another size.

        `lenient` keeps what would be raised for `damage`; nothing else may then be asked of the segment.
        """
        self.folder, self.info = folder, info
        self._files: dict[str, ArrayFile] = {}
        self._nearest: int | None = None
        self._damage: list[SnapshotDamaged] = []
        try:
            self._require_folder()
            for name, file in info.files.items():
                try:
                    self._open(name, file)
                except SnapshotDamaged as error:
                    if not lenient:
                        raise
                    self._damage.append(error)
        except BaseException:
            self.close()
            raise

    def _require_folder(self) -> None:
        if self.folder.is_symlink():
            raise damaged(self.folder, "a link", "a folder")
        for name in SHAPES:
            if name != "tokens" and f"{name}.safetensors" not in self.info.files:
                raise damaged(self.folder, f"no {name}.safetensors in the manifest", "one")

    def _open(self, name: str, file: FileInfo) -> None:
        if name == NEAREST:
            self._nearest = open_regular(self.folder / name, file)
            return
        stem = name.removesuffix(".safetensors")
        if stem not in SHAPES or stem == name:
            raise damaged(self.folder, f"a file {name!r:.80} in the manifest", "names of files of a segment")
        self._files[stem] = ArrayFile(self.folder / name, file, SHAPES[stem], self._fits(stem))

    def _fits(self, stem: str) -> Callable[[Arrays], str | None]:
        """What compares the arrays of a file with one another and with the counts of the manifest."""
        counts = {
            "documents": ("heads_starts", self.info.documents + 1),
            "units": ("lines_starts", self.info.units + 1),
            "texts": ("sources_starts", self.info.documents + 1),
            "words": ("unit_words_starts", self.info.units + 1),
            "vectors": ("vectors", self.info.units),
            "tokens": ("values_starts", self.info.units + 1),
        }

        def check(arrays: Arrays) -> str | None:
            name, expected = counts.get(stem, (None, 0))
            if name is not None and len(arrays[name]) != expected:
                more = 1 if name.endswith("_starts") else 0
                return f"{len(arrays[name]) - more} rows, not {expected - more}"
            return sound(stem)(arrays) or self._rows_outside(stem, arrays)

        return check

    def _rows_outside(self, stem: str, arrays: Arrays) -> str | None:
        """Whether an array of rows or of documents names one that the segment does not have."""
        limits = {"owners": self.info.documents, "rows": self.info.units}
        for name, array in arrays.items():
            limit = limits.get(
                name, self.info.units if name.endswith("_rows") and stem == "postings" else None
            )
            if limit is not None and len(array) and int(array.max()) >= limit:
                return f"{name} beyond {limit}"
        if stem == "units" and not self._are_owners(arrays["owners"]):
            return "owners that are not the documents of these rows"
        if stem == "documents" and int(arrays["first_rows"][-1]) != self.info.units:
            return f"documents of {arrays['first_rows'][-1]} units, not {self.info.units}"
        return None

    def _are_owners(self, owners: NDArray[np.uint32]) -> bool:
        try:
            lengths = np.diff(self["documents"]["first_rows"])
        except SnapshotDamaged:
            return True  # that file tells of itself
        return np.array_equal(owners, np.repeat(np.arange(self.info.documents), lengths))

    def __getitem__(self, file: str) -> Arrays:
        """The arrays of a file by its name without an ending; raises SnapshotDamaged."""
        return self._files[file].arrays

    def __contains__(self, file: str) -> bool:
        """Whether the segment has a file."""
        return file in self._files

    @property
    def units(self) -> int:
        """How many rows there are, those of deleted documents included."""
        return self.info.units

    @property
    def is_large(self) -> bool:
        """Whether it has `nearest.faiss`."""
        return NEAREST in self.info.files

    @cached_property
    def deleted(self) -> NDArray[np.bool_]:
        """Which documents are deleted, `(documents,)`."""
        deleted = np.zeros(self.info.documents, np.bool_)
        deleted[list(self.info.deleted)] = True
        return deleted

    def blob(self, file: str, name: str) -> Blob:
        """The texts `name` of a file."""
        return Blob(self[file][name], self[file][f"{name}_starts"])

    def read(self, file: str, name: str, index: int, parse: Callable[[bytes], Read]) -> Read:
        """What `parse` makes of a text; raises SnapshotDamaged where it can make nothing of it."""
        text = self.blob(file, name)[index]
        try:
            return parse(text)
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            found = f"something else at {name} {index} ({error!r:.200})"
            raise damaged(self.folder / f"{file}.safetensors", found, "what was written") from error

    def words(self, words: Sequence[str]) -> NDArray[np.int64]:
        """The numbers of words, −1 for one that no unit has."""
        wanted = [word.encode("utf-8", "replace") for word in words]
        return look_up(self["words"]["term_hashes"], self.blob("words", "terms"), wanted)

    def nearest_bytes(self) -> NDArray[np.uint8]:
        """The contents of `nearest.faiss`, their checksum compared; raises SnapshotDamaged."""
        path, expected = self.folder / NEAREST, self.info.files[NEAREST]
        if self._nearest is None:
            raise ValueError(f"{path} was closed; expected an open snapshot")
        try:
            data = np.frombuffer(mmap.mmap(self._nearest, 0, access=mmap.ACCESS_READ), np.uint8)
        except (OSError, ValueError) as error:  # ValueError: the file is empty by now
            raise damaged(path, f"no readable file ({error})", f"{expected.size} bytes") from error
        found = xxhash.xxh3_64_hexdigest(memoryview(data))  # type: ignore[arg-type]  # an array is a buffer
        if found != expected.xxh3:
            raise damaged(path, f"xxh3 {found}", expected.xxh3)
        return data

    def check(self) -> None:
        """Compare the checksums of all files that nobody has wanted yet; raises SnapshotDamaged."""
        for problem in self.damage(contents=True):
            raise problem

    def damage(self, *, contents: bool) -> list[SnapshotDamaged]:
        """An error for every file that is missing, has another size or, with `contents`, another checksum."""
        found = list(self._damage)
        for file in self._files if contents else ():
            try:
                self[file]
            except SnapshotDamaged as error:
                found.append(error)
        if contents and self._nearest is not None:
            try:
                self.nearest_bytes()
            except SnapshotDamaged as error:
                found.append(error)
        return found

    def close(self) -> None:
        """Let the files go."""
        for file in self._files.values():
            file.close()
        if self._nearest is not None:
            os.close(self._nearest)
            self._nearest = None
