"""Search and answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from api.service.routes import examples
from api.service.routes.common import (
    MAX_HITS,
    Documents,
    FacetPairs,
    JsonResponse,
    K,
    Kinds,
    LimitedText,
    ModeName,
    QuestionText,
    Service,
    Text,
    Types,
    VersionsName,
    Years,
)
from api.service.routes.failures import BODY, FILE, example
from api.service.routes.files import FILE_TYPES, Bom, FormatName, answer_or_file
from api.service.routes.parameters import only_known
from corpus.types import UnitKind
from search.query import Mode, Versions, parse_query
from search.shapes.answers import AskAnswer, SearchAnswer

__all__ = ["SearchBody", "router"]


def _listed(value: Any) -> Any:
    """One value where a list is expected is a list of one."""
    return value if isinstance(value, list) or value is None else [value]


class SearchBody(BaseModel):
    """The body of POST /v1/search; `q` is another name of `query`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"query": "器官切除", "k": 5}})

    query: LimitedText = Field(validation_alias=AliasChoices("query", "q"))
    k: int = Field(10, ge=1, le=MAX_HITS, strict=True)
    kind: Annotated[list[UnitKind], BeforeValidator(_listed), Field(max_length=len(UnitKind))] = []
    document: Annotated[list[Text], BeforeValidator(_listed), Field(max_length=100)] = []
    year: Annotated[
        list[Annotated[int, Field(ge=1, le=9999, strict=True)]],
        BeforeValidator(_listed),
        Field(max_length=100),
    ] = []
    mode: Mode = Mode.FUSED
    versions: Versions = Versions.CURRENT
    type: Annotated[list[Text], BeforeValidator(_listed), Field(max_length=100)] = []
    facet: Annotated[list[Text], BeforeValidator(_listed), Field(max_length=100)] = []


def router() -> APIRouter:
    """The endpoints /v1/search and /v1/ask."""
    routes = APIRouter(prefix="/v1", tags=["search"], dependencies=[Depends(only_known)])
    routes.get(
        "/search", response_model=SearchAnswer, responses=example(examples.SEARCH, *FILE, files=FILE_TYPES)
    )(search)
    routes.post("/search", response_model=SearchAnswer, responses=example(examples.SEARCH, *BODY))(
        search_posted
    )
    routes.get("/ask", response_model=AskAnswer, responses=example(examples.ASK))(ask)
    return routes


def search(
    service: Service,
    q: QuestionText,
    k: K = 10,
    kind: Kinds = [],  # noqa: B006 - FastAPI copies defaults
    document: Documents = [],  # noqa: B006
    year: Years = [],  # noqa: B006
    mode: ModeName = Mode.FUSED,
    versions: VersionsName = Versions.CURRENT,
    type: Types = [],  # noqa: B006
    facet: FacetPairs = [],  # noqa: B006
    format: FormatName = None,
    bom: Bom = False,
) -> Response:
    """Ranked units; with `format`, as a file for other programs."""
    query = parse_query(
        q,
        k=k,
        kinds=kind,
        documents=document,
        years=year,
        mode=mode,
        versions=versions,
        types=type,
        facets=facet,
    )
    with service.lease() as library:
        return answer_or_file(service, library, library.search(query), format, bom=bom)


def search_posted(service: Service, body: SearchBody) -> Response:
    """Ranked units; the same as GET, with the query in the body."""
    return search(
        service,
        body.query,
        body.k,
        body.kind,
        body.document,
        body.year,
        body.mode,
        body.versions,
        body.type,
        body.facet,
    )


def ask(
    service: Service,
    q: QuestionText,
    document: Documents = [],  # noqa: B006
    year: Years = [],  # noqa: B006
    versions: VersionsName = Versions.CURRENT,
    type: Types = [],  # noqa: B006
    facet: FacetPairs = [],  # noqa: B006
) -> JsonResponse:
    """A verified quotation that answers, or a refusal."""
    query = parse_query(q, documents=document, years=year, versions=versions, types=type, facets=facet)
    with service.lease() as library:
        answer = library.ask(query)
        service.note(answer)
        return JsonResponse(answer)
