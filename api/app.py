"""The HTTP service, as a factory: no application exists until one is asked for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from api.library import Library, open_library
from api.logs import make_logger
from api.metrics import Metrics
from api.middleware import BodyLimit, RequestRecord
from api.problems import install_handlers
from api.routes import citations, operational, precedents, questions, units
from api.service import IndexService, Opener

__all__ = ["create_app"]


def create_app(
    index_dir: Path,
    *,
    reload_seconds: float = 1.0,
    log_level: str = "info",
    log_queries: bool = False,
    opener: Opener = open_library,
) -> FastAPI:
    """An application that answers from an index directory, opened when the application starts.

    `opener` opens a directory; tests give another one. Where the index cannot be opened, the service
    runs, `/readyz` says why, and it becomes ready as soon as the directory can be opened.
    Example: `TestClient(create_app(Path(".yinzheng")))`
    """
    logger, metrics = make_logger(log_level), Metrics()

    def open_recorded(path: Path) -> Library:
        library = opener(path)
        metrics.opened(len(library.snapshot.units))
        return library

    service = IndexService(index_dir, interval=reload_seconds, opener=open_recorded, note=logger.info)
    app = FastAPI(
        title="Yinzheng 引证",
        version=_version(),
        summary="Semantic search over Chinese-language documents whose paragraphs people cite.",
        lifespan=_lifespan(service),
        docs_url=None,  # the usual pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service, app.state.metrics = service, metrics
    for module in (questions, precedents, units, citations, operational):
        app.include_router(module.router())
    install_handlers(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(RequestRecord, logger=logger, metrics=metrics, log_queries=log_queries)
    return app


def _lifespan(service: IndexService) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service.start()
        try:
            yield
        finally:
            service.stop()

    return lifespan


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("yinzheng")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"
