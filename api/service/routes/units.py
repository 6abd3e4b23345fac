"""Documents and their units by address."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.service.routes import examples
from api.service.routes.common import DocumentPath, JsonResponse, NumberPath, QuestionText, Service, Text
from api.service.routes.failures import FOUND, example
from api.service.routes.parameters import only_known
from corpus.types import UnitKind
from search.query import Query as SearchQuery
from search.shapes.answers import ShowAnswer, UnitAnswer
from search.shapes.documents import DocumentsAnswer
from search.unit_key import UnitKey

__all__ = ["router"]

PartText = Annotated[Text | None, Query(max_length=200, description="The annex whose numbering is meant.")]
Suffix = Annotated[int | None, Query(ge=1, le=1_000_000, description="1 for an article 第五条之一.")]
Clause = Annotated[int | None, Query(ge=1, le=1_000_000, description="The 款 of an article.")]
ItemText = Annotated[Text | None, Query(max_length=50, description="Label of a sub-item, as c or c.ii.")]
DocumentName = Annotated[Text | None, Query(max_length=500, description="The document that ref is of.")]
Limit = Annotated[int | None, Query(ge=1, le=1000, description="How many documents; all, if not given.")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="How many documents to pass over first.")]
Context = Annotated[int, Query(ge=0, le=100, description="Neighbours on each side.")]


def router() -> APIRouter:
    """The endpoints /v1/units/…, /v1/show and /v1/documents."""
    routes = APIRouter(prefix="/v1", tags=["documents"], dependencies=[Depends(only_known)])
    at = "/units/{document:path}/{kind}/{number}"  # an id may be a path: 2031/report
    routes.get(at, response_model=UnitAnswer, responses=example(examples.UNIT, *FOUND))(unit)
    routes.get("/show", response_model=ShowAnswer, responses=example(examples.SHOWN, *FOUND))(show)
    routes.get("/documents", response_model=DocumentsAnswer, responses=example(examples.DOCUMENTS))(documents)
    return routes


def unit(
    service: Service,
    document: DocumentPath,
    kind: UnitKind,
    number: NumberPath,
    part: PartText = None,
    suffix: Suffix = None,
    clause: Clause = None,
    item: ItemText = None,
    context: Context = 0,
) -> JsonResponse:
    """A unit by its printed number, or an item of it, with neighbours."""
    with service.lease() as library:
        key = UnitKey(document, kind, number, part, suffix, clause)
        return JsonResponse(library.unit(key, item=item, context=context))


def show(
    service: Service, ref: QuestionText, context: Context = 0, document: DocumentName = None
) -> JsonResponse:
    """The unit or item that a reference names, with neighbours; further ones that it names are `others`."""
    with service.lease() as library:
        return JsonResponse(library.show(SearchQuery(ref).text, context=context, document=document))


def documents(service: Service, limit: Limit = None, offset: Offset = 0) -> JsonResponse:
    """Every document with its metadata, counts and anomalies, or a page of them; not where its file lies."""
    with service.lease() as library:
        return JsonResponse(library.documents(offset=offset, limit=limit))
