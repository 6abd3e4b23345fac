"""Citations: what a text cites, and what cites a text."""

from fastapi import APIRouter

from api import checking, citing, not_carried
from api.routes import examples
from api.routes.common import JsonResponse, QuestionText, Service, example
from search.query import Query

__all__ = ["router"]


def router() -> APIRouter:
    """The endpoints /v1/citations/resolve, /v1/citations/unresolved and /v1/cited-by."""
    routes = APIRouter(prefix="/v1", default_response_class=JsonResponse, tags=["citations"])
    routes.get("/citations/resolve", responses=example(examples.RESOLVED))(resolve)
    routes.get("/citations/unresolved", responses=example(examples.UNRESOLVED))(unresolved)
    routes.get("/cited-by", responses=example(examples.CITED_BY))(cited_by)
    return routes


def resolve(service: Service, text: QuestionText) -> JsonResponse:
    """Each citation in a text: whether it exists, and says what is quoted with it."""
    with service.lease() as library:
        return JsonResponse(checking.resolve_citations(library, Query(text).text))


def unresolved(service: Service) -> JsonResponse:
    """Symbols, resolutions and articles that units cite and no document of the index carries."""
    with service.lease() as library:
        return JsonResponse(not_carried.not_carried(library))


def cited_by(service: Service, ref: QuestionText) -> JsonResponse:
    """Units whose text cites a document, symbol, resolution or article."""
    with service.lease() as library:
        return JsonResponse(citing.cited_by(library, Query(ref).text))
