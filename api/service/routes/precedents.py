"""Precedents: what other documents say, and how its wording changed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.service.routes import examples
from api.service.routes.common import (
    FacetPairs,
    JsonResponse,
    K,
    LimitedText,
    QuestionText,
    Service,
    Text,
    Types,
    VersionsName,
)
from api.service.routes.failures import FILE, FOUND, example
from api.service.routes.files import FILE_TYPES, Bom, FormatName, answer_or_file
from api.service.routes.parameters import only_known
from search.precedents.order import Order
from search.query import Query as SearchQuery
from search.query import Versions, parse_query
from search.shapes.precedents import ChainAnswer, RelatedAnswer

__all__ = ["router"]

ReferenceText = Annotated[LimitedText | None, Query(description="A reference such as 2019年会议建议17.")]
PastedText = Annotated[LimitedText | None, Query(description="A pasted paragraph instead of ref.")]
DocumentName = Annotated[Text | None, Query(max_length=500, description="The document that ref is of.")]
OrderName = Annotated[Order, Query(description="Best match first, or earliest document first.")]
Diverse = Annotated[bool, Query(description="At most twice its fair share of hits from one document.")]
Diff = Annotated[bool, Query(description="Compare the wording of each with that of the source.")]


def router() -> APIRouter:
    """The endpoints /v1/related and /v1/chain."""
    routes = APIRouter(prefix="/v1", tags=["precedents"], dependencies=[Depends(only_known)])
    answers = example(examples.RELATED, *FOUND, *FILE, files=FILE_TYPES)
    routes.get("/related", response_model=RelatedAnswer, responses=answers)(related)
    routes.get("/chain", response_model=ChainAnswer, responses=example(examples.CHAIN, *FOUND))(chain)
    return routes


def related(
    service: Service,
    ref: ReferenceText = None,
    text: PastedText = None,
    k: K = 10,
    document: DocumentName = None,
    by: OrderName = Order.STRENGTH,
    diverse: Diverse = True,
    diff: Diff = False,
    versions: VersionsName = Versions.CURRENT,
    type: Types = [],  # noqa: B006
    facet: FacetPairs = [],  # noqa: B006
    format: FormatName = None,
    bom: Bom = False,
) -> Response:
    """Precedents: units of other documents that say the same as the unit of `ref`, or as `text`."""
    within = parse_query("k", k=k, versions=versions, types=type, facets=facet)
    with service.lease() as library:
        answer = library.precedents(
            ref, text=text, k=k, document=document, by=by, diverse=diverse, diff=diff, within=within
        )
        return answer_or_file(service, library, answer, format, bom=bom)


def chain(service: Service, ref: QuestionText, document: DocumentName = None) -> JsonResponse:
    """What was said on the matter of `ref` over the years, each beside what was said before."""
    with service.lease() as library:
        return JsonResponse(library.chain(SearchQuery(ref).text, document=document))
