"""The addresses of the page."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from api.errors import BadInput, foreseeable, outcome_of
from api.files.exports.formats import ExportFormat, file_type, render
from api.files.exports.reference import hit_list
from api.memory import explained
from api.page.asked import LETTERS, STEPS, asked_of, key_of_address
from api.page.forms import Form
from api.page.render import STATIC, page
from api.page.views import about as holdings
from api.page.views import check as checking
from api.page.views import compile as compiling
from api.page.views import home, reader
from api.page.views import precedents as precedents_view
from api.service.gate.pages import COOKIE
from api.service.routes.common import NumberPath, Service
from search.unit_key import UnitKey

__all__ = ["router"]

STATIC_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_KEPT = {"Cache-Control": "public, max-age=31536000, immutable"}


def router() -> APIRouter:
    """The page, which `/openapi.json` does not list."""
    routes = APIRouter(include_in_schema=False)
    routes.get("/")(_guarded(start))
    for letter in dict.fromkeys(LETTERS.values()):  # an id may be a path: /d/2031/report/p/3
        routes.get(f"/d/{{document:path}}/{letter}/{{number}}")(_guarded(partial(read_at, letter=letter)))
    routes.get("/d/{document:path}")(_guarded(read))
    routes.get("/cited-by")(_guarded(cited_by))
    routes.get("/cite")(_guarded(cite))
    routes.get("/precedents")(_guarded(precedents))
    routes.get("/precedents.docx")(_guarded(precedents_in_word))
    routes.get("/check")(_guarded(check))
    routes.post("/check")(_guarded(check_posted))
    routes.get("/compile")(_guarded(compiled))
    routes.get("/about")(_guarded(about))
    routes.get("/sign-in")(sign_in)
    routes.post("/sign-in")(signed_in)
    routes.post("/sign-out")(sign_out)
    routes.get("/static/{name}")(static)
    return routes


def _guarded(view: Callable[..., Response]) -> Callable[..., Response]:
    """A page that says what went wrong, with the status that `/v1` would have."""

    @wraps(view)
    def guarded(request: Request, service: Service, **parameters: Any) -> Response:
        try:
            return view(request, service, **parameters)
        except foreseeable() as error:
            outcome = outcome_of(error)
            status = 500 if outcome is None else outcome.status
            return page(request, "error.html", status=status, message=str(explained(error)))

    return guarded


def start(request: Request, service: Service) -> Response:
    """The search page."""
    asked = asked_of(request.query_params)
    with service.lease() as library:
        if not asked.q.strip():
            return page(request, "home.html", **home.opening(library))
        return page(request, "found.html", **home.found(library, asked))


def read(request: Request, service: Service, document: str) -> Response:
    """A document, page by page."""
    number = request.query_params.get("page", "1")
    wanted = int(number) if number.isdecimal() and len(number) < 6 else 1
    with service.lease() as library:
        return page(request, "reader.html", **reader.document(library, document, number=wanted))


def read_at(request: Request, service: Service, document: str, letter: str, number: NumberPath) -> Response:
    """The page of a document that holds a unit."""
    asked, at = asked_of(request.query_params), request.query_params.get("hit", "")
    wanted = {name: value for name in STEPS if (value := request.query_params.get(name))}
    with service.lease() as library:
        row = reader.row_of(library, document, reader.kind_of(letter), number, wanted)
        place = int(at) if at.isdecimal() and len(at) < 4 else 0
        return page(
            request, "reader.html", **reader.document(library, document, row=row, asked=asked, at=place)
        )


def cited_by(request: Request, service: Service) -> Response:
    """What cites a document, symbol, resolution or article."""
    with service.lease() as library:
        return page(request, "cited_by.html", **reader.cited_by(library, request.query_params.get("ref", "")))


def cite(request: Request, service: Service) -> Response:
    """One unit as a file for a reference manager."""
    asked = request.query_params
    format = ExportFormat(asked["format"]) if asked.get("format") in set(ExportFormat) else ExportFormat.RIS
    kind, data = file_type(format), b""
    with service.lease() as library:
        one = library.unit(unit_key(asked))
        data = render(hit_list(library, {"index_version": library.index_version, "units": [one]}), format)
    name = f'attachment; filename="yinzheng.{kind.ending}"'
    return Response(data, 200, {"content-disposition": name}, media_type=kind.media_type)


def unit_key(asked: QueryParams) -> UnitKey:
    """The unit that an address names; raises BadInput."""
    key = key_of_address(asked)
    if key is None:
        raise BadInput(
            "found no unit in the address; expected document, kind and number; open it from a unit"
        )
    return key


def precedents(request: Request, service: Service) -> Response:
    """Precedents of a unit, a reference or a text; two documents beside each other."""
    with service.lease() as library:
        return page(request, "precedents.html", **precedents_view.precedents(library, request.query_params))


def precedents_in_word(request: Request, service: Service) -> Response:
    """Precedents as a Word file, with the differences."""
    from api.files.papers.formats import PaperFormat
    from api.files.papers.formats import render as render_paper

    with service.lease() as library:
        data = render_paper(precedents_view.paper(library, request.query_params), PaperFormat.DOCX)
    headers = {"content-disposition": 'attachment; filename="precedents.docx"'}
    return Response(data, 200, headers, media_type=file_type(ExportFormat.DOCX).media_type)


def check(request: Request, service: Service) -> Response:
    """The form of a check, or a text of the address checked."""
    with service.lease() as library:
        return page(request, "check.html", **checking.check(library, request.query_params.get("text", "")))


def check_posted(request: Request, service: Service, form: Form) -> Response:
    """A text of the form checked."""
    with service.lease() as library:
        return page(request, "check.html", **checking.check(library, form.get("text", "")))


def compiled(request: Request, service: Service) -> Response:
    """The index of recommendations."""
    with service.lease() as library:
        return page(request, "compile.html", **compiling.compiled(library, request.query_params))


def about(request: Request, service: Service) -> Response:
    """What the index holds."""
    with service.lease() as library:
        return page(request, "about.html", **holdings.about(library, request.query_params))


async def sign_in(request: Request) -> Response:
    """The form that a key is given in."""
    asked = request.query_params
    return page(request, "sign_in.html", next=asked.get("next", "/"), wrong="wrong" in asked)


async def signed_in(request: Request, form: Form) -> Response:
    """Keep the key in a cookie; whether it is valid is seen where the next page asks for it."""
    response = back_to(form.get("next", "/"))
    secure = request.url.scheme == "https"
    key = form.get("key", "").strip()
    if key.isascii() and key.isprintable() and not set(key) & set(' ",;\\'):
        response.set_cookie(COOKIE, key, httponly=True, samesite="strict", secure=secure)
    return response


async def sign_out(form: Form) -> Response:
    """Forget the key."""
    response = back_to("/")
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return response


async def static(name: str) -> Response:
    """Style and script."""
    known = {file.name: file for file in STATIC.iterdir() if file.suffix in STATIC_TYPES}
    if name not in known:
        return Response(status_code=404)
    return Response(known[name].read_bytes(), 200, _KEPT, media_type=STATIC_TYPES[known[name].suffix])


def back_to(address: str) -> RedirectResponse:
    """To a page of ours, whatever the address says."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return RedirectResponse(address if inside else "/", 303)
