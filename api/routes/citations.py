"""Citations: what a text cites, and what cites a text."""

from fastapi import APIRouter

from api import citing
from api.routes import examples
from api.routes.common import JsonResponse, QuestionText, Service, example
from search.query import Query

__all__ = ["router"]


def router() -> APIRouter:
    """The endpoints /v1/citations/resolve and /v1/cited-by."""
    routes = APIRouter(prefix="/v1", default_response_class=JsonResponse, tags=["citations"])
    routes.get("/citations/resolve", responses=example(examples.RESOLVED))(resolve)
    routes.get("/cited-by", responses=example(examples.CITED_BY))(cited_by)
    return routes


def resolve(service: Service, text: QuestionText) -> JsonResponse:
    """Each citation in a text, and whether the index holds what it names."""
    with service.lease() as library:
        return JsonResponse(citing.resolve_citations(library, Query(text).text))


def cited_by(service: Service, ref: QuestionText) -> JsonResponse:
    """Units whose text cites a document, symbol, resolution or article."""
    with service.lease() as library:
        return JsonResponse(citing.cited_by(library, Query(ref).text))
