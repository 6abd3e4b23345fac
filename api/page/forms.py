"""Fields of a form that one of our pages sent, and no page of another site."""

from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

__all__ = ["Form", "is_ours"]


async def _fields(request: Request) -> dict[str, str]:
    """The fields; raises 403 for a form of another site."""
    if not is_ours(request):
        raise HTTPException(403, "the form was sent from another site; open the page here and send it again")
    body = (await request.body()).decode("utf-8", "replace")
    return dict(parse_qsl(body, keep_blank_values=True, max_num_fields=20, errors="replace"))


Form = Annotated[dict[str, str], Depends(_fields)]


def is_ours(request: Request) -> bool:
    """Whether a page of ours sent a request: Fetch Metadata, else the origin (OWASP, CSRF Prevention)."""
    told = request.headers.get("sec-fetch-site")
    if told is not None:
        return told in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
