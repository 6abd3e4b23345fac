"""What one file may cost its reader."""

from dataclasses import asdict, dataclass, replace
from math import ceil
from pathlib import Path

from corpus.types import Document

__all__ = ["DEFAULT_LIMITS", "ReadingLimits", "excess", "out_of_memory"]


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """Limits of the process that reads a file, and of the file; what exceeds one is a failure of that file.

    `memory` is address space, `answer` what the process may send back, both in bytes. A report of a hundred
    pages has about 100,000 characters and 200 units, and takes 0.2 seconds and 60 MB. `searched` are the
    characters of all units with the headings and topics above each: what the run itself segments and encodes.

    Example: `ReadingLimits().with_seconds(60).cpu_seconds == 40`
    """

    memory: int = 1536 << 20
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    file_bytes: int = 200 << 20
    characters: int = 5_000_000
    units: int = 100_000
    searched: int = 10_000_000
    answer: int = 256 << 20

    def with_seconds(self, wall_seconds: float) -> "ReadingLimits":
        """The same with another wall time; of which two thirds may be computing, as by default."""
        return replace(self, wall_seconds=wall_seconds, cpu_seconds=max(1, ceil(wall_seconds * 2 / 3)))

    def with_memory(self, mebibytes: int) -> "ReadingLimits":
        """The same with another bound of memory."""
        return replace(self, memory=mebibytes << 20)

    def to_json(self) -> dict[str, float]:
        """The limits as the reading process gets them: `ReadingLimits(**limits.to_json()) == limits`."""
        return asdict(self)


DEFAULT_LIMITS = ReadingLimits()


def excess(document: Document, limits: ReadingLimits) -> str | None:
    """What of a document is more than one file may cost the run, None where nothing is.

    Example: `excess(document, ReadingLimits(units=1)) == "2 units; at most 1"`
    """
    if (count := len(document.units)) > limits.units:
        return f"{count:,} units; at most {limits.units:,}"
    above = sum(len(line) for unit in document.units for line in (*unit.headings, *unit.topics))
    if (count := above + sum(len(unit.text) for unit in document.units)) > limits.searched:
        return f"{count:,} characters in units and the headings above them; at most {limits.searched:,}"
    return None


def out_of_memory(path: Path, limits: ReadingLimits) -> str:
    """The message about a file whose reader had no memory left."""
    return (
        f"{path}: reading it takes more than {limits.memory >> 20:,} MiB of memory; a document of ordinary "
        "size was expected: split it, or raise the limit of memory"
    )
