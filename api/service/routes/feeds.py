"""What is new for a query, as a feed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.files.feed import ATOM, MEDIA_TYPE, atom_feed
from api.service.routes.common import (
    Documents,
    FacetPairs,
    K,
    Kinds,
    QuestionText,
    Service,
    Text,
    Types,
    VersionsName,
    Years,
)
from api.service.routes.failures import responses_of
from api.service.routes.parameters import only_known
from search.library.news import LEAST, parse_since
from search.query import Versions, parse_query

__all__ = ["router"]

Since = Annotated[
    Text | None, Query(max_length=40, description="Only what came in after this day or time (ISO 8601).")
]
Least = Annotated[float, Query(ge=0, le=1, description="How well a unit must fit the query, 0 to 1.")]

_EXAMPLE = f"""<?xml version='1.0' encoding='utf-8'?>
<feed xmlns="{ATOM}" xml:lang="zh"><id>urn:yinzheng:feed:5b9c</id><title>引证：取水许可</title>…</feed>
"""

_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An Atom feed (RFC 4287), the newest first",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}


def router() -> APIRouter:
    """The endpoint /v1/feed."""
    routes = APIRouter(prefix="/v1", tags=["search"], dependencies=[Depends(only_known)])
    routes.get(
        "/feed",
        response_class=Response,
        responses={**_ANSWER, **responses_of(401, 403, 421, 422, 429, 500, 503)},
    )(feed)
    return routes


def feed(
    request: Request,
    service: Service,
    q: QuestionText,
    since: Since = None,
    least: Least = LEAST,
    k: K = 50,
    kind: Kinds = [],  # noqa: B006 - FastAPI copies defaults
    document: Documents = [],  # noqa: B006
    year: Years = [],  # noqa: B006
    versions: VersionsName = Versions.CURRENT,
    type: Types = [],  # noqa: B006
    facet: FacetPairs = [],  # noqa: B006
) -> Response:
    """What came into the index and fits the query, and new versions of documents that fit it."""
    query = parse_query(
        q, k=k, kinds=kind, documents=document, years=year, versions=versions, types=type, facets=facet
    )
    after = None if since is None else parse_since(since)
    with service.lease() as library:
        answer = library.news(query, since=after, least=least)
    service.note({"hits": answer["units"]})
    data = atom_feed(answer, str(request.url), str(request.base_url))
    return Response(data, media_type=f"{MEDIA_TYPE}; charset=utf-8")
