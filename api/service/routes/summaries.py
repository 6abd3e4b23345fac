"""The answer with a summary by the operator's model; no such endpoint exists unless the settings name one."""

from fastapi import APIRouter, Depends

from api.service.routes import examples
from api.service.routes.common import JsonResponse, QuestionText, Service
from api.service.routes.failures import example
from api.service.routes.parameters import only_known
from api.views import summaries as summarised
from api.writer.writer import Writer
from search.shapes.answers import AskAnswer

__all__ = ["PATH", "router"]

PATH = "/v1/summary"


def router(writer: Writer) -> APIRouter:
    """The endpoint /v1/summary. Where the model is, only the settings say, never a request."""
    routes = APIRouter(tags=["search"], dependencies=[Depends(only_known)])

    def summary(service: Service, q: QuestionText) -> JsonResponse:
        """The answer of /v1/ask, with a summary of its citations by a model, each sentence checked."""
        with service.lease() as library:
            answer = summarised.ask(library, q, writer)
            service.note(answer)
            return JsonResponse(answer)

    routes.get(PATH, response_model=AskAnswer, responses=example(examples.SUMMARY))(summary)
    return routes
