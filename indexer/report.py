"""What a run of `indexer.build.build` did."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["BuildReport", "Failure", "ReadingFault"]


class ReadingFault(StrEnum):
    """Why the process that read a file gave no document, where it is not an error of `corpus.errors`."""

    BROKEN_ANSWER = "BrokenAnswer"
    OUT_OF_MEMORY = "OutOfMemory"
    PARSER_CRASHED = "ParserCrashed"
    TOO_LARGE = "TooLarge"
    TOOK_TOO_LONG = "TookTooLong"


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, and why: a name of `corpus.errors` or a ReadingFault.

    Example: `Failure(Path("a.txt"), "EmptyFile", "a.txt holds …")`
    """

    path: Path
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Counts are of the whole index after the run; the lists hold document ids, rising.

    `encoded` texts were given to the encoder in this run, `reused` units took a vector that was already there
    (so a run that changes nothing has 0 encoded and all units reused). `index_version` is as in the snapshot;
    it is that of the old generation where nothing had to be written. `seconds` is wall time.
    """

    index_version: str
    documents: int
    units: int
    added: list[str]
    updated: list[str]
    unchanged: list[str]
    removed: list[str]
    encoded: int
    reused: int
    failures: list[Failure]
    seconds: float
