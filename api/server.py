"""`yinzheng serve`: the application object in uvicorn, with bounds."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.settings import Settings

__all__ = ["run"]

KEEP_ALIVE_SECONDS = 5
GRACEFUL_SECONDS = 20
MAX_HEAD_BYTES = 48 * 1024
"""Request line and headers together: a query of 2,000 Han characters takes 18 kB once escaped in a URL."""


def run(settings: "Settings", *, announce: Callable[[str], None]) -> None:
    """Serve until interrupted. An index that cannot be opened is an error before anything listens."""
    import uvicorn

    from api.app import create_app
    from api.library import open_library
    from api.logs import uvicorn_log_config

    opener = partial(open_library, term_bank=settings.term_bank)
    opener(settings.index).close()
    app = create_app(
        settings.index,
        reload_seconds=settings.reload_seconds,
        log_level=settings.log_level,
        log_queries=settings.log_queries,
        opener=opener,
    )
    announce(f"serving {settings.index} on http://{_authority(settings.host, settings.port)}")
    announce(
        f"try: curl 'http://{_authority(settings.host, settings.port)}/v1/search?q=%E5%BB%BA%E8%AE%AE&k=3'"
    )
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        http="h11",
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
        access_log=False,
        server_header=False,
        log_config=uvicorn_log_config(settings.log_level),
    )


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
