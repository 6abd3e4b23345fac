"""The manifest of a generation, and CURRENT, which names the generation that counts.

`CURRENT` (JSON, a few dozen bytes, replaced whole by one rename: the only commit point)

| field           | type | meaning                                                    |
|-----------------|------|------------------------------------------------------------|
| format_version  | int  | version of everything below, at present 3                  |
| generation      | int  | number of the folder `generations/00000007`, 1 to 99999999 |
| manifest_xxh3   | str  | xxh3-64 of that folder's `manifest.json`, 16 hex digits     |

`generations/00000007/manifest.json` (JSON, keys sorted)

| field                          | type | meaning                                                   |
|--------------------------------|------|-----------------------------------------------------------|
| format_version, generation     | int  | as in CURRENT                                             |
| created                        | str  | UTC, ISO 8601, e.g. `2026-01-31T08:00:00+00:00`            |
| counts                         | obj  | `documents`, `units` that are not deleted                  |
| encoder                        | obj  | `name`, `dim`, `fingerprint` of the encoder used           |
| words                          | str  | fingerprint of the encoder of single words, or empty       |
| segmenter                      | str  | fingerprint of the segmenter used                          |
| fields_version                 | int  | `indexer.segment.fields.FIELDS_VERSION` of the writer              |
| segments                       | list | the segments, in no order that matters                     |
| segments.name                  | str  | its folder `segments/NAME`, 16 hex digits                  |
| segments.documents, .units     | int  | how many it holds, deleted ones included                   |
| segments.deleted               | list | numbers of its documents that are deleted, rising          |
| segments.files                 | obj  | name → `size` in bytes, `xxh3` (16 hex digits)             |
"""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import xxhash

from indexer.errors import FormatTooNew, FormatTooOld, SnapshotDamaged

__all__ = [
    "FORMAT_VERSION",
    "MOST_GENERATIONS",
    "NEAREST",
    "REMEDY",
    "Counts",
    "Current",
    "EncoderInfo",
    "FileInfo",
    "Manifest",
    "SegmentInfo",
    "check_format",
    "damaged",
    "digest",
    "digest_file",
    "generation_folder",
    "segment_folder",
]

FORMAT_VERSION = 3
MOST_GENERATIONS = 99_999_999
NEAREST = "nearest.faiss"  # the one file of a segment that is not one of arrays
_SEGMENT_NAME = re.compile(r"[0-9a-f]{16}")
_DIGEST = re.compile(r"[0-9a-f]{16}")
REMEDY = (
    "restore the directory from a copy, or delete its CURRENT and rebuild with `yinzheng index` "
    "on all documents (vectors already encoded are kept)"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many documents and units answer."""

    documents: int
    units: int


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
class SegmentInfo:
    """A segment, and which of its documents are deleted; counts include these."""

    name: str
    documents: int
    units: int
    deleted: tuple[int, ...]
    files: dict[str, FileInfo]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation consists of; the table at the top of this file says it field by field."""

    format_version: int
    generation: int
    created: str
    counts: Counts
    encoder: EncoderInfo
    words: str
    segmenter: str
    fields_version: int
    segments: tuple[SegmentInfo, ...]

    def to_bytes(self) -> bytes:
        """The manifest as it is written."""
        return orjson.dumps(self, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)

    @staticmethod
    def from_bytes(data: bytes, path: Path) -> "Manifest":
        """Read a manifest; raises SnapshotDamaged where it is not one, FormatTooOld, FormatTooNew."""
        fields = _json_object(data, path)
        check_format(fields, path)
        try:
            counts, encoder = Counts(**fields.pop("counts")), EncoderInfo(**fields.pop("encoder"))
            segments = tuple(_segment(told) for told in fields.pop("segments"))
            manifest = Manifest(**fields, counts=counts, encoder=encoder, segments=segments)
            manifest._require_types()
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise damaged(path, f"a manifest without its fields ({error})", "a manifest") from error
        if len({segment.name for segment in segments}) != len(segments):
            raise damaged(path, "a segment twice", "each once")
        return manifest

    def _require_types(self) -> None:
        """Raise ValueError unless numbers are numbers and names are names: a checksum says nothing of it."""
        numbers = (
            self.generation,
            self.fields_version,
            self.encoder.dim,
            self.counts.documents,
            self.counts.units,
        )
        names = (self.created, self.words, self.segmenter, self.encoder.name, self.encoder.fingerprint)
        if any(type(number) is not int or number < 0 for number in numbers):  # True is no number here
            raise ValueError("a number that is none")
        if any(type(name) is not str for name in names):
            raise ValueError("a name that is none")
        datetime.fromisoformat(self.created)


def _segment(told: dict[str, Any]) -> SegmentInfo:
    """A segment of a manifest; raises ValueError, TypeError or KeyError where it is none."""
    files = {str(name): FileInfo(**info) for name, info in told.pop("files").items()}
    info = SegmentInfo(**{**told, "deleted": tuple(told["deleted"])}, files=files)
    if not _SEGMENT_NAME.fullmatch(info.name):
        raise ValueError(f"a segment {info.name!r:.40}")
    for count in (info.documents, info.units):
        if not isinstance(count, int) or not 0 <= count < 1 << 32:
            raise ValueError(f"{count!r:.40} rows")
    if any(not isinstance(number, int) or not 0 <= number < info.documents for number in info.deleted):
        raise ValueError("a deleted document that the segment does not have")
    for name, file in files.items():
        if "/" in name or "\\" in name or name in ("", ".", "..") or "\0" in name:
            raise ValueError(f"a file {name!r:.40}")
        if not isinstance(file.size, int) or file.size < 0 or not _DIGEST.fullmatch(file.xxh3):
            raise ValueError(f"no size and digest of {name!r:.40}")
    return info


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
        if type(generation) is not int or not isinstance(manifest, str):
            raise damaged(path, "no generation and digest", "both")
        if not 1 <= generation <= MOST_GENERATIONS:
            raise damaged(path, f"generation {generation}", f"1 to {MOST_GENERATIONS}")
        return Current(fields["format_version"], generation, manifest)


def check_format(fields: dict[str, Any], path: Path) -> None:
    """Raise unless the format version in `fields` is one that this version reads."""
    version = fields.get("format_version")
    if type(version) is not int:
        raise damaged(path, "no format_version", "a whole number")
    if version < FORMAT_VERSION:
        raise FormatTooOld(
            f"{path} has format {version}; this version reads {FORMAT_VERSION}. "
            "Rebuild: run `yinzheng index` on all documents into a new directory."
        )
    if version > FORMAT_VERSION:
        raise FormatTooNew(
            f"{path} has format {version}; this version reads {FORMAT_VERSION}. "
            "Upgrade yinzheng, or run `yinzheng index` on all documents into a new directory."
        )


def damaged(path: Path, found: str, expected: str) -> SnapshotDamaged:
    """The error for a file that is not as it was written."""
    return SnapshotDamaged(f"{path}: found {found}, expected {expected}. Remedy: {REMEDY}.")


def generation_folder(index_dir: Path, generation: int) -> Path:
    """`INDEX/generations/00000007` for generation 7."""
    return index_dir / "generations" / f"{generation:08d}"


def segment_folder(index_dir: Path, name: str) -> Path:
    """`INDEX/segments/3f2a9c0d11e2b7a4`."""
    return index_dir / "segments" / name


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
