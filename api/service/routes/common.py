"""What the endpoints share: parameters with their bounds, the service of a request, the answer."""

from collections.abc import Iterator, Mapping, Sized
from contextlib import contextmanager
from typing import Annotated, Any, cast

import orjson
from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator, Field
from starlette.responses import Response

from api.service.gate.facts import facts_of
from api.service.generations import IndexService
from corpus.types import UnitKind
from search.library import Library
from search.query import MAX_LENGTH, Mode, Versions

__all__ = [
    "MAX_HITS",
    "DocumentPath",
    "Documents",
    "FacetPairs",
    "JsonResponse",
    "K",
    "Kinds",
    "LimitedText",
    "ModeName",
    "NumberPath",
    "QuestionText",
    "Service",
    "Text",
    "Types",
    "VersionsName",
    "Years",
]

MAX_HITS = 100
"""Hits of one request; the command line gives up to 1,000."""


def _unicode(text: str) -> str:
    """Refuse lone surrogates, which JSON can spell (`"\\ud800"`) and UTF-8 cannot hold."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a lone surrogate; Unicode text was expected")
    return text


class RequestIndex:
    """The index as one request uses it: notes which generation answered, and what the answer holds."""

    def __init__(self, request: Request) -> None:
        """Of the application that answers the request."""
        self.shared: IndexService = request.app.state.service
        self._facts = facts_of(request.scope)

    @contextmanager
    def lease(self) -> Iterator[Library]:
        """The current library, kept open until the block ends; raises NotReady."""
        with self.shared.lease() as library:
            self._facts.index_version = library.index_version
            yield library

    def note(self, answer: Mapping[str, object]) -> None:
        """Note how many hits an answer has, or whether it is a refusal, for the metrics."""
        if "hits" in answer:
            self._facts.hits = len(cast(Sized, answer["hits"]))
        if "answered" in answer:
            self._facts.refused = not answer["answered"]


async def _index_of(request: Request) -> RequestIndex:
    """A coroutine, so that FastAPI needs no thread for it."""
    return RequestIndex(request)


Service = Annotated[RequestIndex, Depends(_index_of)]
Text = Annotated[str, AfterValidator(_unicode)]
LimitedText = Annotated[str, Field(max_length=MAX_LENGTH), AfterValidator(_unicode)]
QuestionText = Annotated[LimitedText, Query(description="Words, a question or a reference.")]
K = Annotated[int, Query(ge=1, le=MAX_HITS, description="How many hits.")]
Kinds = Annotated[list[UnitKind], Query(max_length=len(UnitKind), description="Only units of these kinds.")]
Documents = Annotated[list[Text], Query(max_length=100, description="Only units of these documents.")]
Years = Annotated[
    list[Annotated[int, Field(ge=1, le=9999)]],
    Query(max_length=100, description="Only documents of these years."),
]
Types = Annotated[list[Text], Query(max_length=100, description="Only documents of these types.")]
FacetPairs = Annotated[
    list[Text],
    Query(max_length=100, description="Only documents with this, such as country=林泽."),
]
VersionsName = Annotated[Versions, Query(description="current leaves drafts, copies and old versions out.")]
ModeName = Annotated[Mode, Query(description="fused, or bm25 or dense alone.")]
DocumentPath = Annotated[Text, Path(max_length=500, description="Id of a document.")]
NumberPath = Annotated[int, Path(ge=0, le=1_000_000, description="Printed number.")]


class JsonResponse(Response):
    """A JSON answer written by orjson; the presenters give plain dicts, so no model validates them again."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode the answer."""
        return orjson.dumps(content)
