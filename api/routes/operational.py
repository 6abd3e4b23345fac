"""Endpoints for whoever runs the service: health, readiness, metrics."""

from typing import cast

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from api.metrics import Metrics
from api.routes.common import JsonResponse, Service
from api.routes.problems import problems

__all__ = ["router"]


def router() -> APIRouter:
    """The endpoints /healthz, /readyz and /metrics."""
    routes = APIRouter(default_response_class=JsonResponse, tags=["operation"])
    routes.get("/healthz")(healthz)
    routes.get("/readyz", responses=problems(503))(readyz)
    routes.get("/metrics")(metrics)
    return routes


async def healthz() -> JsonResponse:
    """The process answers; it says nothing of the index."""
    return JsonResponse({"status": "alive"})


async def readyz(service: Service) -> JsonResponse:
    """An index is open; 503 with the reason otherwise."""
    with service.lease() as library:
        return JsonResponse({"status": "ready", "index_version": library.index_version})


async def metrics(request: Request) -> Response:
    """Metrics in the Prometheus text format."""
    held = cast(Metrics, request.app.state.metrics)
    return Response(held.exposition(), media_type=CONTENT_TYPE_LATEST)
