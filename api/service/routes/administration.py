"""For whoever keeps the index: opening the newest generation now. Needs a key of scope write."""

from fastapi import APIRouter, Depends

from api.errors import NotReady
from api.service.declared import ReloadAnswer
from api.service.routes import examples
from api.service.routes.common import JsonResponse, Service
from api.service.routes.failures import example
from api.service.routes.parameters import only_known

__all__ = ["router"]


def router() -> APIRouter:
    """The endpoint /v1/reload."""
    routes = APIRouter(prefix="/v1", tags=["operation"], dependencies=[Depends(only_known)])
    routes.post("/reload", response_model=ReloadAnswer, responses=example(examples.RELOADED))(reload)
    return routes


def reload(service: Service) -> JsonResponse:
    """Open the newest generation now; 503 with the reason where it cannot be opened.

    Of several workers it is the one asked that opens it at once; the others look within the usual second.
    """
    opened = service.shared.refresh()
    if service.shared.failure:
        raise NotReady(f"the newest index is not open: {service.shared.failure}")
    with service.lease() as library:
        return JsonResponse({"index_version": library.index_version, "opened": opened})
