"""What a run of `indexer.build.build` did."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

__all__ = ["BuildReport", "Failure", "Notice", "ReadingFault"]


class ReadingFault(StrEnum):
    """Why the process that read a file gave no document, where it is not an error of `corpus.errors`."""

    BROKEN_ANSWER = "BrokenAnswer"
    OUT_OF_MEMORY = "OutOfMemory"
    PARSER_CRASHED = "ParserCrashed"
    TOO_LARGE = "TooLarge"
    TOOK_TOO_LONG = "TookTooLong"


class Notice(StrEnum):
    """What is told of a file without a document being lost."""

    FILE_GONE = "FileGone"
    LINK_LEADS_OUT = "LinkLeadsOut"
    LONG_UNIT = "LongUnit"
    NOT_A_DOCUMENT = "NotADocument"
    SAME_DOCUMENT = "SameDocument"


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that was not read, and why: a name of `corpus.errors`, a ReadingFault or a Notice.

    Example: `Failure(Path("a.txt"), "EmptyFile", "a.txt holds …")`
    """

    path: Path
    error: str
    message: str

    @property
    def is_notice(self) -> bool:
        """Whether no document is missing because of it."""
        return self.error in list(Notice)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Counts are of the whole index after the run; the lists hold document ids, rising.

    `encoded` texts were given to the encoder in this run, `reused` units took a vector that was already there
    (so a run that changes nothing has 0 encoded and all units reused). `index_version` is as in the snapshot;
    it is that of the old generation where nothing had to be written. `seconds` is wall time. `failures` are
    documents that were not read, `notices` what else is to be told: files that are no documents, another
    format of a document that is indexed, indexed files that are gone, links that lead out of a folder, units
    that are not encoded to their end.
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
    notices: list[Failure] = field(default_factory=list)
