"""The manifest of a generation, and CURRENT, which names the generation that counts.

`CURRENT` (JSON, a few dozen bytes, replaced whole by one rename: the only commit point)

| field           | type | meaning                                                    |
|-----------------|------|------------------------------------------------------------|
| format_version  | int  | version of everything below, at present 2                  |
| generation      | int  | number of the folder `generations/00000007`                |
| manifest_xxh3   | str  | xxh3-64 of that folder's `manifest.json`, 16 hex digits     |

`generations/00000007/manifest.json` (JSON, keys sorted)

| field                          | type | meaning                                                   |
|--------------------------------|------|-----------------------------------------------------------|
| format_version, generation     | int  | as in CURRENT                                             |
| created                        | str  | UTC, ISO 8601, e.g. `2026-01-31T08:00:00+00:00`            |
| counts                         | obj  | `documents`, `units`, `vectors`: whole numbers             |
| encoder                        | obj  | `name`, `dim`, `fingerprint` of the encoder used           |
| segmenter                      | str  | fingerprint of the segmenter used                          |
| fields_version                 | int  | `indexer.content.fields.FIELDS_VERSION` of the writer              |
| files                          | obj  | relative name → `size` in bytes, `xxh3` (16 hex digits)    |
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import xxhash

from indexer.errors import FormatTooNew, FormatTooOld, SnapshotDamaged

__all__ = [
    "FORMAT_VERSION",
    "OLDEST_FORMAT",
    "REMEDY",
    "Counts",
    "Current",
    "EncoderInfo",
    "FileInfo",
    "Manifest",
    "check_format",
    "damaged",
    "digest",
    "digest_file",
    "generation_folder",
]

FORMAT_VERSION = 2
OLDEST_FORMAT = 1  # opened as it is; the next run of `yinzheng index` writes it anew
REMEDY = (
    "restore the directory from a copy, or delete its CURRENT and rebuild with `yinzheng index` "
    "on all documents (vectors already encoded are kept)"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows each part of a generation holds; `units` and `vectors` are equal."""

    documents: int
    units: int
    vectors: int


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """The encoder that made the vectors, e.g. `EncoderInfo("packaged", 256, "3f2a…")`."""

    name: str
    dim: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Size in bytes and xxh3-64 of a file."""

    size: int
    xxh3: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation consists of; the table at the top of this file says it field by field."""

    format_version: int
    generation: int
    created: str
    counts: Counts
    encoder: EncoderInfo
    segmenter: str
    fields_version: int
    files: dict[str, FileInfo]

    def to_bytes(self) -> bytes:
        """The manifest as it is written."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)

    @staticmethod
    def from_bytes(data: bytes, path: Path) -> "Manifest":
        """Read a manifest; raises SnapshotDamaged where it is not one, FormatTooOld, FormatTooNew."""
        fields = _json_object(data, path)
        check_format(fields, path)
        try:
            files = {str(name): FileInfo(**info) for name, info in fields.pop("files").items()}
            counts, encoder = Counts(**fields.pop("counts")), EncoderInfo(**fields.pop("encoder"))
            return Manifest(**fields, counts=counts, encoder=encoder, files=files)
        except (KeyError, TypeError, AttributeError) as error:
            raise damaged(path, f"a manifest without its fields ({error})", "a manifest") from error


@dataclass(frozen=True, slots=True)
class Current:
    """The contents of CURRENT."""

    format_version: int
    generation: int
    manifest_xxh3: str

    @property
    def index_version(self) -> str:
        """Generation and digest of its manifest, e.g. `7-3f2a9c`."""
        return f"{self.generation}-{self.manifest_xxh3[:6]}"

    def to_bytes(self) -> bytes:
        """The file as it is written."""
        return orjson.dumps(self)

    @staticmethod
    def from_bytes(data: bytes, path: Path) -> "Current":
        """Read CURRENT; raises SnapshotDamaged, FormatTooOld, FormatTooNew."""
        fields = _json_object(data, path)
        check_format(fields, path)
        generation, manifest = fields.get("generation"), fields.get("manifest_xxh3")
        if not isinstance(generation, int) or not isinstance(manifest, str):
            raise damaged(path, "no generation and digest", "both")
        return Current(fields["format_version"], generation, manifest)


def check_format(fields: dict[str, Any], path: Path) -> None:
    """Raise unless the format version in `fields` is one that this version reads."""
    version = fields.get("format_version")
    if not isinstance(version, int):
        raise damaged(path, "no format_version", "a whole number")
    if version < OLDEST_FORMAT:
        raise FormatTooOld(
            f"{path} has format {version}; this version reads {OLDEST_FORMAT} to {FORMAT_VERSION}. "
            "Run `yinzheng index` on all documents into a new directory."
        )
    if version > FORMAT_VERSION:
        raise FormatTooNew(
            f"{path} has format {version}; this version reads {OLDEST_FORMAT} to {FORMAT_VERSION}. "
            "Upgrade yinzheng, or run `yinzheng index` on all documents into a new directory."
        )


def damaged(path: Path, found: str, expected: str) -> SnapshotDamaged:
    """The error for a file that is not as it was written."""
    return SnapshotDamaged(f"{path}: found {found}, expected {expected}. Remedy: {REMEDY}.")


def generation_folder(index_dir: Path, generation: int) -> Path:
    """`INDEX/generations/00000007` for generation 7."""
    return index_dir / "generations" / f"{generation:08d}"


def digest(data: bytes) -> str:
    """xxh3-64 in hexadecimal: `digest(b"") == "2d06800538d394c2"`."""
    return xxhash.xxh3_64_hexdigest(data)


def digest_file(path: Path) -> FileInfo:
    """Size and xxh3-64 of a file, read in pieces of 1 MiB."""
    state, size = xxhash.xxh3_64(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            state.update(piece)
            size += len(piece)
    return FileInfo(size, state.hexdigest())


def _json_object(data: bytes, path: Path) -> dict[str, Any]:
    try:
        fields = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise damaged(path, f"{len(data)} bytes that are not JSON", "a JSON object") from error
    if not isinstance(fields, dict):
        raise damaged(path, f"a JSON {type(fields).__name__}", "a JSON object")
    return fields
