"""Indexes altered by someone who may write them: every checksum is right, and something in them is not."""

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import orjson
from safetensors.numpy import load_file

from indexer.disk.layout import read_current
from indexer.disk.manifest import FORMAT_VERSION, Current, digest
from indexer.segment.arrays import write_arrays
from tests.segment_support import sign

__all__ = ["alter_line", "change_manifest", "forge"]

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 7, 2**31, 2**63 - 1, -(2**63), 1e308, -0.5,
    "", "x", "../..", "2031-13-40", "压" * 50, "\x00", [], [1], [[1, 2, 3]], {}, {"a": 1}, [None], ["", ""],
)  # fmt: skip
"""What a lying writer may put anywhere in JSON."""


def forge(index: Path, random: Random) -> str:
    """Alter one thing of an index and make all checksums right again; says what was altered."""
    told = random.choice((_manifest, _numbers, _numbers, _line, _line, _source))(index, random)
    return told


def _manifest(index: Path, random: Random) -> str:
    told: list[str] = []
    change_manifest(index, lambda fields: told.append(_mutated(fields, random)))
    return f"manifest {told}"


def change_manifest(index: Path, change: Callable[[Any], None]) -> None:
    """Change the fields of the manifest, and the checksum of it in CURRENT."""
    current = read_current(index)
    assert current is not None
    path = index / "generations" / f"{current.generation:08d}" / "manifest.json"
    fields = orjson.loads(path.read_bytes())
    change(fields)
    path.write_bytes(orjson.dumps(fields))
    text = Current(FORMAT_VERSION, current.generation, digest(path.read_bytes())).to_bytes()
    (index / "CURRENT").write_bytes(text)


def _numbers(index: Path, random: Random) -> str:
    """One array of one file: some numbers, its length, its order."""
    path, arrays = _any_file(index, random)
    name = random.choice(sorted(arrays))
    array = arrays[name]
    ways: list[Callable[[], np.ndarray]] = [lambda: array[: len(array) // 2], lambda: array[::-1].copy()]
    if array.size:
        ways += [lambda: _altered(array, random)] * 4 + [lambda: np.concatenate([array, array])]
    arrays[name] = random.choice(ways)()
    write_arrays(path, arrays)
    sign(index)
    return f"{path.stem}.{name}"


def _altered(array: np.ndarray, random: Random) -> np.ndarray:
    flat = array.copy().reshape(-1)
    for _ in range(random.choice((1, 1, 3, 50))):
        at = random.randrange(flat.size)
        if flat.dtype.kind == "f":
            flat[at] = random.choice((math.nan, math.inf, -math.inf, 0.0, 6e4, -1.0))
        else:
            limits = np.iinfo(flat.dtype)
            near = min(max(int(flat[at]) + random.choice((-1, 1)), limits.min), limits.max)
            flat[at] = random.choice((limits.min, limits.max, near, 0, near))
    return flat.reshape(array.shape)


def _line(index: Path, random: Random) -> str:
    """One value in the JSON of a unit or of a document."""
    file, name = random.choice((("units", "lines"), ("documents", "heads"), ("texts", "details")))
    told: list[str] = []
    alter_line(
        index, file, name, random.randrange(1 << 30), lambda value: told.append(_mutated(value, random))
    )
    return f"{file}.{name} {told}"


def alter_line(index: Path, file: str, name: str, which: int, change: Callable[[Any], None]) -> None:
    """Change the JSON of one text of a file of a segment, by its number modulo how many there are."""
    path = sorted(index.glob(f"segments/*/{file}.safetensors"))[0]
    arrays = {key: array.copy() for key, array in load_file(path).items()}
    texts = _texts(arrays, name)
    value = orjson.loads(texts[which % len(texts)])
    change(value)
    texts[which % len(texts)] = orjson.dumps(value)
    _put(arrays, name, texts)
    write_arrays(path, arrays)
    sign(index)


def _source(index: Path, random: Random) -> str:
    """The source of a document: a character more, less, or another; or bytes that are no text."""
    path = random.choice(sorted(index.glob("segments/*/texts.safetensors")))
    arrays = {key: array.copy() for key, array in load_file(path).items()}
    texts = _texts(arrays, "sources")
    which = random.randrange(len(texts))
    text = texts[which].decode()
    at = random.randrange(len(text))
    texts[which] = random.choice(
        (
            (text[:at] + text[at + 1 :]).encode(),
            (text[:at] + "不" + text[at:]).encode(),
            (text[:at] + "无" + text[at + 1 :]).encode(),
            text.encode() + b"\xff\xfe",
            b"",
        )
    )
    _put(arrays, "sources", texts)
    write_arrays(path, arrays)
    sign(index)
    return f"source {which}"


def _mutated(value: Any, random: Random) -> str:
    """Put another value at a random place of JSON, or take one away; says where."""
    steps: list[Any] = []
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        step = random.choice(keys)
        steps.append(step)
        inside = value[step]
        if not isinstance(inside, dict | list) or not inside or random.random() < 0.25:
            break
        value = inside
    if random.random() < 0.2:
        del value[step]
        return f"without {steps}"
    value[step] = random.choice(VALUES)
    return f"{steps} = {value[step]!r:.60}"


def _any_file(index: Path, random: Random) -> tuple[Path, dict[str, np.ndarray]]:
    path = random.choice(sorted(index.glob("segments/*/*.safetensors")))
    return path, {key: array.copy() for key, array in load_file(path).items()}


def _texts(arrays: dict[str, np.ndarray], name: str) -> list[bytes]:
    data, starts = arrays[name].tobytes(), arrays[f"{name}_starts"].tolist()
    return [data[start:end] for start, end in pairwise(starts)]


def _put(arrays: dict[str, np.ndarray], name: str, texts: list[bytes]) -> None:
    arrays[name] = np.frombuffer(b"".join(texts), np.uint8)
    arrays[f"{name}_starts"] = np.cumsum([0, *map(len, texts)]).astype(np.int64)
