"""Citations: what a text cites, and what cites a text."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.bounds import MAX_PASTED, require_few_citations
from api.service.routes import examples
from api.service.routes.common import JsonResponse, QuestionText, Service, Text
from api.service.routes.failures import BODY, example
from api.service.routes.parameters import only_known
from search.query import Query
from search.shapes.answers import CitedByAnswer
from search.shapes.citations import CheckAnswer, NotCarriedAnswer

__all__ = ["TextBody", "router"]


class TextBody(BaseModel):
    """The body of POST /v1/citations/resolve."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"text": "见2031年会议建议3。"}})

    text: Text = Field(min_length=1, max_length=MAX_PASTED)


def router() -> APIRouter:
    """The endpoints /v1/citations/resolve, /v1/citations/unresolved and /v1/cited-by."""
    routes = APIRouter(prefix="/v1", tags=["citations"], dependencies=[Depends(only_known)])
    routes.get("/citations/resolve", response_model=CheckAnswer, responses=example(examples.RESOLVED))(
        resolve
    )
    posted = example(examples.RESOLVED, *BODY)
    routes.post("/citations/resolve", response_model=CheckAnswer, responses=posted)(resolve_posted)
    cited = example(examples.UNRESOLVED)
    routes.get("/citations/unresolved", response_model=NotCarriedAnswer, responses=cited)(unresolved)
    routes.get("/cited-by", response_model=CitedByAnswer, responses=example(examples.CITED_BY))(cited_by)
    return routes


def resolve(service: Service, text: QuestionText) -> JsonResponse:
    """Each citation in a text: whether it exists, and says what is quoted with it."""
    return _resolved(service, Query(text).text)


def resolve_posted(service: Service, body: TextBody) -> JsonResponse:
    """Each citation in a longer text, which stands in the body."""
    return _resolved(service, body.text)


def _resolved(service: Service, text: str) -> JsonResponse:
    require_few_citations(text)
    with service.lease() as library:
        return JsonResponse(library.check_citations(text))


def unresolved(service: Service) -> JsonResponse:
    """Symbols, resolutions and articles that units cite and no document of the index carries."""
    with service.lease() as library:
        return JsonResponse(library.not_carried())


def cited_by(service: Service, ref: QuestionText) -> JsonResponse:
    """Units whose text cites a document, symbol, resolution or article."""
    with service.lease() as library:
        return JsonResponse(library.cited_by(Query(ref).text))
