"""Which paths are the page's, and the cookie that its sign-in form keeps a key in."""

from collections.abc import Mapping
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response

__all__ = ["COOKIE", "FORMS", "cookie_key", "is_open", "to_sign_in"]

COOKIE = "yinzheng_key"

FORMS = frozenset({"/check", "/sign-in", "/sign-out"})
"""Paths that take a form; each looks at where it was sent from."""

_PAGES = frozenset({"/", "/precedents", "/check", "/compile", "/about", "/cited-by"})


def is_open(path: str) -> bool:
    """Whether a path needs no key: the sign-in form with its style and script."""
    return path == "/sign-in" or path.startswith("/static/")


def is_page(path: str) -> bool:
    """Whether people read what is at a path, rather than programs."""
    return path in _PAGES or path.startswith("/d/")


def cookie_key(headers: Headers, method: str, path: str) -> str:
    """The key in the cookie; empty where another site could have made the request to change something."""
    if method not in ("GET", "HEAD") and path not in FORMS:
        return ""
    return cookie_parser(headers.get("cookie", "")[:4096]).get(COOKIE, "")


def to_sign_in(scope: Mapping[str, object], headers: Headers, *, presented: bool) -> Response | None:
    """To the sign-in form, where somebody opened a page; None for programs, which get a problem document."""
    path = str(scope["path"])
    if not (is_page(path) and scope["method"] in ("GET", "HEAD", "POST")) or "text/html" not in headers.get(
        "accept", ""
    ):
        return None
    query = scope["query_string"]
    asked = path + (f"?{query.decode('latin-1')}" if isinstance(query, bytes) and query else "")
    wrong = "&wrong=1" if presented else ""
    return RedirectResponse(f"/sign-in?next={quote(asked, safe='')}{wrong}", 303)
