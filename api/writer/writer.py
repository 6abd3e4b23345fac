"""The way of a summary: the quotes that were served, the model, its sentences, the checks."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from api.writer.checks.check import check_all
from api.writer.checks.surface import speaks_to_a_program
from api.writer.client import Message, complete, need_client
from api.writer.endpoint import Endpoint
from api.writer.errors import WriterError
from api.writer.parse import parse_drafts
from api.writer.prompt import build_messages
from api.writer.types import Outcome, Source, Written

if TYPE_CHECKING:
    from search.answer.ask import Answer
    from search.library import Library

__all__ = ["Complete", "Writer", "sources_of"]

Complete = Callable[[Endpoint, Sequence[Message]], str]

LONGEST_EVIDENCE = 12_000
"""Characters of all quotes together that a model is shown; small local ones hold some 8,000 tokens."""

AT_ONCE = 4
"""Summaries written at the same time: a slow endpoint must not take all the threads of a service."""

PATIENCE = 3
REST_SECONDS = 30.0
"""After so many failures in a row the endpoint is left alone: a batch does not wait a thousand times."""


class Writer:
    """Asks one endpoint for summaries; may be used from several threads.

    `complete` sends the messages and gives the model's text; tests give another one.
    Example: `Writer(parse_endpoint("http://127.0.0.1:11434/v1", "qwen3")).write(library, question, answer)`
    """

    def __init__(self, endpoint: Endpoint, complete: Complete = complete) -> None:
        """Raises WriterUnavailable where the library that speaks to the endpoint is missing."""
        need_client()
        self._endpoint = endpoint
        self._complete = complete
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._failures = 0
        self._resting_until = 0.0

    @property
    def seconds(self) -> float:
        """The longest that the endpoint is waited for."""
        return self._endpoint.seconds

    def write(self, library: "Library", question: str, answer: "Answer") -> Written:
        """A checked summary of the quotes of an answer; whatever goes wrong is told and raises nothing.

        A refusal is never shown to the model.
        """
        model = self._endpoint.model
        sources = sources_of(library, answer)
        if not sources:
            return Written(Outcome.NOT_ASKED, model)
        if time.monotonic() < self._resting_until:
            return Written(
                Outcome.FAILED, model, message="the endpoint failed repeatedly; it is asked again later"
            )
        if not self._slots.acquire(blocking=False):
            return Written(Outcome.FAILED, model, message="too many summaries are being written; ask again")
        try:
            drafts = parse_drafts(self._complete(self._endpoint, build_messages(question, sources)))
        except WriterError as error:
            self._failed()
            return Written(Outcome.FAILED, model, message=str(error))
        finally:
            self._slots.release()
        self._failures = 0
        summary = check_all(drafts, sources, library.segmenter)
        outcome = Outcome.WRITTEN if summary.sentences else Outcome.NOTHING_LEFT
        return Written(outcome, model, summary)

    def _failed(self) -> None:
        self._failures += 1
        if self._failures >= PATIENCE:
            self._failures = 0
            self._resting_until = time.monotonic() + REST_SECONDS


def sources_of(library: "Library", answer: "Answer") -> tuple[Source, ...]:
    """The quotes that may be shown: those that fit, and none that tells a program what to do.

    Each keeps its number among the citations of the answer.
    """
    found: list[Source] = []
    size = 0
    for number, quote in enumerate(answer.quotes, start=1):
        text = quote.text if quote.lead is None else f"{quote.lead}\n{quote.text}"
        context = "\n".join((library.citation(quote.place), *quote.place.unit.headings))
        if size + len(text) <= LONGEST_EVIDENCE and not speaks_to_a_program(text):
            size += len(text)
            found.append(Source(number, text, context))
    return tuple(found)
