"""Errors of the interface, and what every foreseeable error means to a caller.

    ApiError
    ├── BadInput                 what was asked cannot be done as asked
    │   ├── BadText              a string that is not Unicode text
    │   ├── BadPath              a path to index, or a file to read, that is not there
    │   ├── BadBatch             a line of a batch file
    │   ├── ExportUnavailable    a format whose library is not installed
    │   ├── ExtraNotInstalled    a command or an adapter whose library is not installed
    │   ├── BadKeys              a file of API keys that cannot be used
    │   └── BadQuestions         a file of evaluation questions
    ├── NotReady                 the service holds no index yet
    └── OutOfMemory              no memory was left for what was asked

`outcome_of` maps an error of any folder to its exit code and its HTTP status: the command line and
the service use this one table.
"""

from enum import IntEnum
from functools import cache
from typing import NamedTuple

__all__ = [
    "ApiError",
    "BadBatch",
    "BadInput",
    "BadKeys",
    "BadPath",
    "BadQuestions",
    "BadText",
    "ExitCode",
    "ExportUnavailable",
    "ExtraNotInstalled",
    "NotReady",
    "OutOfMemory",
    "Outcome",
    "foreseeable",
    "outcome_of",
]


class ExitCode(IntEnum):
    """What the exit status of `yinzheng` means."""

    DONE = 0
    NOTHING_FOUND = 1
    BAD_INPUT = 2
    BAD_INDEX = 3
    SOME_UNREAD = 4


class ApiError(Exception):
    """Base of the errors that this folder raises."""


class BadInput(ApiError):
    """What was asked cannot be done as asked."""


class BadText(BadInput):
    """A string that is not Unicode text, such as one with a lone surrogate."""


class BadPath(BadInput):
    """A path to index, or a file to read, that is not there."""


class BadBatch(BadInput):
    """A line of a batch file that is not what a batch line should be."""


class ExportUnavailable(BadInput):
    """A format was asked for whose library is not installed."""


class ExtraNotInstalled(BadInput):
    """A command or an adapter whose library is not installed.

    Example: `ExtraNotInstalled("`yinzheng mcp`", "mcp", "mcp")` says `pip install "yinzheng[mcp]"`.
    """

    def __init__(self, what: str, module: str, extra: str) -> None:
        """Name what was asked for, the module that is missing, and the extra that brings it."""
        super().__init__(
            f"{what} needs the Python module {module}, which is not installed; "
            f'run: pip install "yinzheng[{extra}]"'
        )


class BadKeys(BadInput):
    """A file of API keys that cannot be read, or that others may write."""


class BadQuestions(BadInput):
    """A file of evaluation questions with a line that cannot be used."""


class NotReady(ApiError):
    """The service holds no index yet."""


class OutOfMemory(ApiError):
    """No memory was left for what was asked."""


class Outcome(NamedTuple):
    """How an error is told: exit status, HTTP status, problem type and title (RFC 9457, section 3.1)."""

    exit_code: ExitCode
    status: int
    slug: str
    title: str


_NO_MEMORY = Outcome(ExitCode.BAD_INPUT, 503, "out-of-memory", "Out of memory")
_BAD_INPUT = Outcome(ExitCode.BAD_INPUT, 422, "bad-input", "Bad input")


@cache
def _table() -> tuple[tuple[type[Exception], Outcome], ...]:
    """Error types with their outcome; the first row whose type fits decides."""
    from corpus.errors import CorpusError
    from indexer.errors import (
        BadAddress,
        BadDestination,
        EncoderMismatch,
        IndexingError,
        SnapshotMissing,
    )
    from models.errors import ModelError
    from search.errors import (
        AmbiguousReference,
        BadRequest,
        NothingCited,
        SearchError,
        UnknownItem,
        UnknownReference,
        UnknownUnit,
    )

    return (
        (UnknownUnit, Outcome(ExitCode.BAD_INPUT, 404, "unknown-unit", "Unknown unit")),
        (UnknownItem, Outcome(ExitCode.BAD_INPUT, 404, "unknown-item", "Unknown item")),
        (UnknownReference, Outcome(ExitCode.BAD_INPUT, 404, "unknown-reference", "Unknown reference")),
        (ExportUnavailable, Outcome(ExitCode.BAD_INPUT, 501, "not-installed", "Format not installed")),
        *((each, _BAD_INPUT) for each in (BadInput, BadRequest, AmbiguousReference, NothingCited)),
        (SearchError, Outcome(ExitCode.BAD_INPUT, 422, "bad-query", "Bad query")),
        (CorpusError, Outcome(ExitCode.BAD_INPUT, 422, "bad-document", "Bad document")),
        (BadDestination, Outcome(ExitCode.BAD_INPUT, 422, "bad-destination", "Bad destination")),
        (BadAddress, Outcome(ExitCode.BAD_INPUT, 422, "bad-address", "Bad address")),
        (SnapshotMissing, Outcome(ExitCode.BAD_INDEX, 503, "index-missing", "Index missing")),
        (EncoderMismatch, Outcome(ExitCode.BAD_INDEX, 503, "encoder-mismatch", "Index of another model")),
        (IndexingError, Outcome(ExitCode.BAD_INDEX, 503, "index-unusable", "Index cannot be used")),
        (ModelError, Outcome(ExitCode.BAD_INDEX, 503, "model-unusable", "Model cannot be used")),
        (NotReady, Outcome(ExitCode.BAD_INDEX, 503, "not-ready", "No index is open")),
        (OutOfMemory, _NO_MEMORY),
        (MemoryError, _NO_MEMORY),
        (OSError, Outcome(ExitCode.BAD_INPUT, 500, "operating-system", "The operating system refused")),
    )


def outcome_of(error: BaseException) -> Outcome | None:
    """Exit code, status and problem type of an error; None for an error that nobody foresaw.

    Example: `outcome_of(UnknownUnit("…")).exit_code == ExitCode.BAD_INPUT`
    """
    return next((outcome for kind, outcome in _table() if isinstance(error, kind)), None)


def foreseeable() -> tuple[type[Exception], ...]:
    """Every error type that has an outcome, for an `except` clause."""
    return tuple(kind for kind, _ in _table())
