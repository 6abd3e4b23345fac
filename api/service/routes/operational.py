"""Endpoints for whoever runs the service: health, readiness, metrics."""

from typing import Any, cast

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import PlainTextResponse, Response

from api.service.declared import ReadyState, ServiceState
from api.service.gate.problems import problem
from api.service.metrics import Metrics
from api.service.routes.common import JsonResponse, Service
from api.service.routes.failures import responses_of

__all__ = ["router"]


def router() -> APIRouter:
    """The endpoints /healthz, /readyz and /metrics."""
    routes = APIRouter(tags=["operation"])
    routes.get("/healthz", response_model=ServiceState, responses=_answers({"status": "alive"}))(healthz)
    ready = _answers({"status": "ready", "index_version": "7-3f2a9c"})
    routes.get("/readyz", response_model=ReadyState, responses={**ready, **responses_of(503)})(readyz)
    routes.get("/metrics", response_class=PlainTextResponse)(metrics)
    return routes


def _answers(example: dict[str, str]) -> dict[int | str, dict[str, Any]]:
    """What an endpoint answers with status 200, by example."""
    return {200: {"description": "Answer", "content": {"application/json": {"example": example}}}}


async def healthz() -> JsonResponse:
    """The process answers; it says nothing of the index."""
    return JsonResponse({"status": "alive"})


async def readyz(request: Request, service: Service) -> Response:
    """An index is open and there are turns; 503 with the reason otherwise."""
    if any(turns.all_lost for turns in request.app.state.turns):
        reason = (
            "every turn is lost to work that does not end; the worker ends in a while, and another is started"
        )
        headers = {"Retry-After": "1"}
        return problem(503, reason, instance="/readyz", slug="busy", title="Busy", headers=headers)
    with service.lease() as library:
        return JsonResponse({"status": "ready", "index_version": library.index_version})


async def metrics(request: Request) -> Response:
    """Metrics in the Prometheus text format."""
    held = cast(Metrics, request.app.state.metrics)
    return Response(held.exposition(), media_type=CONTENT_TYPE_LATEST)
