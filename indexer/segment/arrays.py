"""Named arrays in one file that is written once, then mapped into memory: the format of safetensors.

| part    | meaning                                                                                    |
|---------|--------------------------------------------------------------------------------------------|
| 8 bytes | length of the header, little-endian                                                        |
| header  | JSON: name → `dtype`, `shape`, `data_offsets` (begin, end), from the end of the header     |
| data    | little-endian numbers in rows                                                              |

A file is opened without following a link, and only where it is a regular file of the size that the manifest
states; its checksum is compared before its first number is read.
"""

import mmap
import os
import stat
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import xxhash
from numpy.typing import NDArray

from indexer.disk.manifest import FileInfo, damaged

__all__ = ["ArrayFile", "Arrays", "Shapes", "open_regular", "write_arrays"]

Arrays = dict[str, NDArray[Any]]
Shapes = Mapping[str, tuple[str, int]]
"""Name → numpy's name of the type, number of dimensions."""

DTYPES = {
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "F16": "float16",
    "U32": "uint32",
    "F32": "float32",
    "I64": "int64",
    "U64": "uint64",
}
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe is opened, seen and refused, not waited for


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays to a new file. Raises OSError.

    Example: `write_arrays(path, {"rows": np.array([7, 2], np.uint32)})`
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    try:
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    except SafetensorError as error:  # how it reports a full disk
        raise OSError(f"safetensors could not write {path}: {error}") from error


def open_regular(path: Path, expected: FileInfo) -> int:
    """A descriptor of a regular file of the expected size; raises SnapshotDamaged."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _NO_LINK | _NO_WAIT)
    except OSError as error:
        raise damaged(path, f"no readable file ({error.strerror})", f"{expected.size} bytes") from error
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_size == expected.size:
        return descriptor
    os.close(descriptor)
    what = f"{found.st_size} bytes" if stat.S_ISREG(found.st_mode) else "no regular file"
    raise damaged(path, what, f"{expected.size} bytes")


class ArrayFile:
    """A file of arrays, held open; its contents are checked when they are first asked for.

    Example: `ArrayFile(path, info, {"rows": ("uint32", 1)}).arrays["rows"]`
    """

    def __init__(
        self,
        path: Path,
        expected: FileInfo,
        shapes: Shapes,
        sound: Callable[[Arrays], str | None] = lambda _: None,
    ) -> None:
        """Open the file. `sound` says what is wrong with the arrays taken together, None where nothing is.

        Raises SnapshotDamaged where it is no regular file of the expected size.
        """
        self.path = path
        self._expected = expected
        self._shapes = shapes
        self._sound = sound
        self._descriptor: int | None = open_regular(path, expected)
        self._arrays: Arrays | None = None
        self._lock = threading.Lock()

    @property
    def arrays(self) -> Arrays:
        """The arrays by name, mapped, not writable; raises SnapshotDamaged at the first time."""
        if self._arrays is None:
            with self._lock:
                if self._arrays is None:
                    self._arrays = self._read()
        return self._arrays

    def close(self) -> None:
        """Let the file go; arrays that were taken stay mapped."""
        with self._lock:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _read(self) -> Arrays:
        if self._descriptor is None:
            raise ValueError(f"{self.path} was closed; expected an open snapshot")
        try:
            data = mmap.mmap(self._descriptor, 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # ValueError: the file is empty by now
            raise damaged(self.path, f"no readable file ({error})", f"{self._expected.size} bytes") from error
        if len(data) != self._expected.size:
            raise damaged(self.path, f"{len(data)} bytes", f"{self._expected.size}")
        found = xxhash.xxh3_64_hexdigest(data)
        if found != self._expected.xxh3:
            raise damaged(self.path, f"xxh3 {found}", self._expected.xxh3)
        try:
            arrays = _parse(data)
            wrong = _misshapen(arrays, self._shapes) or self._sound(arrays)
        except (ValueError, KeyError, TypeError, IndexError, OverflowError) as error:
            raise damaged(self.path, f"no arrays ({error})", "arrays") from error
        if wrong:
            raise damaged(self.path, wrong, "arrays as `indexer/README.md` says")
        os.close(self._descriptor)  # the map has one of its own
        self._descriptor = None
        return arrays


def _parse(data: mmap.mmap) -> Arrays:
    """The arrays of a file; raises ValueError, KeyError or TypeError where it is none."""
    length = int.from_bytes(data[:8], "little")
    header: dict[str, dict[str, Any]] = orjson.loads(data[8 : 8 + length])
    arrays = {}
    for name, told in header.items():
        if name == "__metadata__":
            continue
        dtype = np.dtype(DTYPES[told["dtype"]]).newbyteorder("<")
        begin, end = told["data_offsets"]
        if not 0 <= begin <= end <= len(data) - 8 - length:
            raise ValueError(f"{name} lies outside of the file")
        shape = tuple(map(int, told["shape"]))
        if min(shape, default=0) < 0 or int(np.prod(shape, dtype=object)) * dtype.itemsize != end - begin:
            raise ValueError(f"{name} has {end - begin} bytes for the shape {shape}")
        count = (end - begin) // dtype.itemsize
        arrays[name] = np.frombuffer(data, dtype, count, 8 + length + begin).reshape(shape)
    return arrays


def _misshapen(arrays: Arrays, shapes: Shapes) -> str | None:
    for name, (dtype, dimensions) in shapes.items():
        array = arrays.get(name)
        if array is None:
            return f"no array {name}"
        if (array.dtype.name, array.ndim) != (dtype, dimensions):
            return f"{name} of {array.dtype.name} in {array.ndim} dimensions, not {dtype} in {dimensions}"
    return None
