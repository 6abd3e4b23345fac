"""What the endpoints share: parameters with their bounds, the service of a request, the answer."""

from typing import Annotated, Any, cast

import orjson
from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator, Field
from starlette.responses import Response

from api.service import IndexService
from corpus.types import UnitKind
from search.query import MAX_LENGTH, Mode

__all__ = [
    "MAX_HITS",
    "PROBLEMS",
    "DocumentPath",
    "Documents",
    "JsonResponse",
    "K",
    "Kinds",
    "LimitedText",
    "ModeName",
    "NumberPath",
    "QuestionText",
    "Service",
    "Text",
    "Years",
    "example",
]

MAX_HITS = 100
"""Hits of one request; the command line gives up to 1,000."""


def _unicode(text: str) -> str:
    """Refuse lone surrogates, which JSON can spell (`"\\ud800"`) and UTF-8 cannot hold."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a lone surrogate; Unicode text was expected")
    return text


async def _service_of(request: Request) -> IndexService:
    """A coroutine, so that FastAPI needs no thread for it."""
    return cast(IndexService, request.app.state.service)


Service = Annotated[IndexService, Depends(_service_of)]
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
ModeName = Annotated[Mode, Query(description="fused, or bm25 or dense alone.")]
DocumentPath = Annotated[Text, Path(max_length=500, description="Id of a document.")]
NumberPath = Annotated[int, Path(ge=0, le=1_000_000, description="Printed number.")]

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": text,
        "content": {
            "application/problem+json": {
                "example": {
                    "type": "about:blank",
                    "title": text,
                    "status": status,
                    "detail": "…",
                    "instance": "/v1/…",
                }
            }
        },
    }
    for status, text in ((422, "Bad input"), (503, "No index is open"))
}


class JsonResponse(Response):
    """A JSON answer written by orjson; the presenters give plain dicts, so no model validates them again."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Encode the answer."""
        return orjson.dumps(content)


def example(value: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint: this example for 200, and the problems."""
    return {200: {"description": "Answer", "content": {"application/json": {"example": value}}}, **PROBLEMS}
