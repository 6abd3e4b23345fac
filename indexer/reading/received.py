"""What a reading process has sent, checked as anything from outside: a document, or why there is none.

The child that parses a hostile file may be its puppet. Nothing that it sends is run or unpickled; its answer
is bounded JSON, every value of which has the type that the data model says, and every unit is found again
in the source that came with it.
"""

import re
import signal
from dataclasses import dataclass
from pathlib import Path

import orjson

from corpus.types import Document
from indexer.care.verify import check_runs
from indexer.reading.codec import document_from_json, document_to_json
from indexer.reading.conforming import conforms
from indexer.reading.digest import DIGITS
from indexer.reading.limits import ReadingLimits, excess, out_of_memory
from indexer.report import Failure, ReadingFault

__all__ = ["Ending", "Read", "outcome"]

_DIGEST = re.compile(rf"[0-9a-f]{{{DIGITS}}}")
_LONGEST_KIND, _LONGEST_MESSAGE = 60, 2_000


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: its exit status, negative for a signal, and what it has used (bytes, seconds).

    `late` says that it was killed when its wall time was over.
    """

    exit: int
    late: bool = False
    peak: int = 0
    cpu: float = 0.0


@dataclass(frozen=True, slots=True)
class Read:
    """A document, and the digest of the very bytes that it was read from (`indexer.reading.digest`)."""

    document: Document
    digest: str


def outcome(path: Path, answer: bytes | None, ending: Ending, limits: ReadingLimits) -> Read | Failure:
    """The document that an answer holds, or the failure of its file; None is an answer without end."""
    fault = _fault_of_ending(path, answer, ending, limits)
    if fault is not None:
        return Failure(path, *fault)
    try:
        values = orjson.loads(answer or b"")
        if "failure" in values:
            kind, message = values["failure"]
            return _told(path, kind, message)
        document = document_from_json(values["document"])
        wrong, digest = _wrong(document, limits), values["digest"]
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            wrong = "no digest of what was read"
        if wrong is None and orjson.loads(document_to_json(document)) != values["document"]:
            wrong = "another form than that of a document"  # such as a text where a list of texts stands
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        wrong = f"{type(error).__name__}: {error}"
    if wrong is not None:
        return _broken(path, wrong)
    return Read(document, digest)


def _fault_of_ending(
    path: Path, answer: bytes | None, ending: Ending, limits: ReadingLimits
) -> tuple[ReadingFault, str] | None:
    """Kind and message where a child did not come to its end by itself, None where it did."""
    if ending.late or ending.exit == -getattr(signal, "SIGXCPU", 0):
        spent = f"{limits.wall_seconds:g} seconds" if ending.late else f"{limits.cpu_seconds} CPU seconds"
        return ReadingFault.TOOK_TOO_LONG, (
            f"{path}: reading it was stopped after {spent}; a document of ordinary size was expected: "
            "split it, or raise the limit of time"
        )
    if answer is None:
        return ReadingFault.TOO_LARGE, (
            f"{path}: what was read from it has over {limits.answer:,} bytes; a document of ordinary size "
            "was expected: split it"
        )
    if ending.exit < 0 and ending.peak > 0.8 * limits.memory:
        return ReadingFault.OUT_OF_MEMORY, out_of_memory(path, limits)
    if ending.exit:
        how = f"exit status {ending.exit}" if ending.exit > 0 else _name_of(-ending.exit)
        return ReadingFault.PARSER_CRASHED, (
            f"{path}: the process that read it ended with {how} at {ending.peak >> 20} MiB of memory; a "
            "whole document was expected: open the file in the program that made it and save it anew"
        )
    return None


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _told(path: Path, kind: object, message: object) -> Failure:
    """The failure that a child reports of itself, if it is one."""
    if not isinstance(kind, str) or not isinstance(message, str) or not kind.isidentifier():
        return _broken(path, "a failure without kind and message")
    return Failure(path, kind[:_LONGEST_KIND], message[:_LONGEST_MESSAGE])


def _broken(path: Path, wrong: str) -> Failure:
    return Failure(
        path,
        ReadingFault.BROKEN_ANSWER,
        f"{path}: the process that read it did not answer with a document ({wrong:.200}); the file may be "
        "made to harm: look where it comes from before you try again",
    )


def _wrong(document: Document, limits: ReadingLimits) -> str | None:
    """What of a document is not as the data model says, None where all is."""
    if not conforms(document, Document):
        return "a value of another type"
    if not document.id.strip() or len(document.source) > limits.characters:
        return "no id, or a longer text than is allowed"
    if (more := excess(document, limits)) is not None:
        return more
    length = len(document.source)
    spans = [unit.span for unit in document.units]
    spans += [*(one.span for one in document.anomalies), *(one.span for one in document.omissions)]
    if not all(0 <= span.start <= span.end <= length for span in spans):
        return "a span outside the source"
    if list(document.pages) != sorted(document.pages) or any(not 0 <= at <= length for at in document.pages):
        return "pages out of order"
    for unit in document.units:
        if unit.document != document.id or unit.number < 0 or not unit.text.strip() or not unit.runs:
            return f"unit {unit.number} belongs to no document or has no text"
        if any(run.source_start < 0 or run.text_start < 0 for run in unit.runs):
            return f"unit {unit.number} has a run before the source"
        if any(not 0 <= item.start <= item.end <= len(unit.text) for item in unit.items):
            return f"unit {unit.number} has an item outside its text"
        if (wrong := check_runs(unit, document.source)) is not None:
            return f"unit {unit.number}: {wrong}"
    return None
