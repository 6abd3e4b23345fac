"""Templates, and the headers that a page has."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from api.page.asked import address, document_address
from api.service.gate.pages import COOKIE
from api.visible import visible

__all__ = ["LANGUAGE", "STATIC", "language_of", "page", "translator"]

STATIC = Path(__file__).parent / "static"
LANGUAGE = "yinzheng_lang"

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    # With no-referrer a browser would send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie",
}


def language_of(request: Request) -> str:
    """`zh` or `en`: by the switch, else by the cookie that remembers it, else by Accept-Language."""
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE)
    if chosen in ("zh", "en"):
        return chosen
    return _preferred(request.headers)


def _preferred(headers: Headers) -> str:
    """The first of zh and en that the browser asks for; zh where it asks for neither."""
    ranked = []
    for place, part in enumerate(headers.get("accept-language", "")[:500].split(",")):
        tag, _, weight = part.strip().partition(";")
        value = weight.strip().removeprefix("q=")
        quality = float(value) if value.replace(".", "", 1).isdecimal() else 1.0
        ranked.append((-quality, place, tag.strip().lower().partition("-")[0]))
    return next((tag for _, _, tag in sorted(ranked) if tag in ("zh", "en")), "zh")


def translator(language: str) -> Callable[[str, str], str]:
    """`translator("en")("检索", "Search") == "Search"`."""
    return lambda zh, en: zh if language == "zh" else en


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    made.globals.update(address=address, document_address=document_address, version=_stamp())
    return made


def _stamp() -> str:
    """Changes with style and script, so that browsers may keep them."""
    import xxhash

    return xxhash.xxh3_64_hexdigest(b"".join(each.read_bytes() for each in sorted(STATIC.iterdir())))[:8]


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page made from a template, in the language of the request."""
    language = language_of(request)
    body = (
        _environment()
        .get_template(template)
        .render(
            lang=language,
            t=translator(language),
            here=partial(_with_language, request),
            path=request.url.path,
            signed_in=COOKIE in request.cookies,
            **context,
        )
    )
    response = Response(
        body.encode("utf-8", "replace"), status, _HEADERS, media_type="text/html; charset=utf-8"
    )
    if request.query_params.get("lang") in ("zh", "en"):
        response.set_cookie(LANGUAGE, language, max_age=31_536_000, samesite="lax", httponly=True)
    return response


def _with_language(request: Request, language: str) -> str:
    """The address of this page in another language."""
    return str(request.url.include_query_params(lang=language).replace(scheme="", netloc=""))
