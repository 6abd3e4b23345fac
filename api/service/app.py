"""The HTTP service, as a factory: no application exists until one is asked for."""

from collections.abc import AsyncIterator, Callable, Set
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from api.mcp import route as assistants
from api.page import routes as pages
from api.service.answer_cache import AnswerCache
from api.service.description import describe
from api.service.gate.access import Access
from api.service.gate.admission import Admission
from api.service.gate.front import Cors, Front
from api.service.gate.headers import BodyLimit, RequestRecord
from api.service.gate.problems import install_handlers
from api.service.gate.turns import Turns
from api.service.generations import IndexService, Opener
from api.service.logs import make_logger
from api.service.metrics import Metrics
from api.service.policy import Policy
from api.service.routes import (
    administration,
    citations,
    compiling,
    feeds,
    operational,
    precedents,
    questions,
    summaries,
    units,
)
from api.service.stages import timed
from api.writer.writer import AT_ONCE, Writer
from search.library import Library, open_library

__all__ = ["create_app"]

ROUTERS = (pages, questions, feeds, precedents, units, citations, compiling, administration, operational)


def create_app(
    index_dir: Path,
    policy: Policy | None = None,
    *,
    reload_seconds: float = 1.0,
    log_level: str = "info",
    log_queries: bool = False,
    term_bank: Path | None = None,
    opener: Opener | None = None,
    writer: Writer | None = None,
    end: Callable[[], object] | None = None,
) -> FastAPI:
    """An application that answers from an index directory, opened when the application starts.

    `opener` opens a directory; tests give another one. With a `writer` there is /v1/summary too. `end` is
    called when every turn has been lost for `policy.lost_seconds`. Where the index cannot be opened, the
    service runs, `/readyz` says why, and it becomes ready as soon as the directory can be opened. Raises
    BadKeys and BadInput for a policy that cannot be used, at the first request or start.
    Example: `TestClient(create_app(Path(".yinzheng")))`
    """
    policy, logger, metrics = policy or Policy(), make_logger(log_level), Metrics()
    open_index = opener or partial(open_library, term_bank=term_bank, stage=partial(timed, metrics.stage))

    def open_recorded(path: Path) -> Library:
        library = open_index(path)
        metrics.opened(library.index_version, len(library.snapshot.units))
        return library

    def note(event: str, **fields: Any) -> None:
        logger.info(event, **fields)
        if event == "index_not_opened":
            metrics.reload_failed()

    service = IndexService(index_dir, interval=reload_seconds, opener=open_recorded, note=note)
    app = FastAPI(
        title="Yinzheng 引证",
        version=_version(),
        summary="Semantic search over Chinese-language documents whose paragraphs people cite.",
        lifespan=_lifespan(service),
        docs_url=None,  # the usual pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    routers = [module.router() for module in ROUTERS]
    routers.append(assistants.router(policy.origins))
    if writer is not None:
        routers.append(summaries.router(writer))
    for router in routers:
        app.include_router(router)
    app.state.service, app.state.metrics = service, metrics
    install_handlers(app, [route for router in routers for route in router.routes])
    describe(app, with_keys=policy.keys is not None)
    # The last one added is the first that a request meets.
    _add_turns(app, policy, metrics, note, writer, end)
    _close_doors(app, policy, service, note)
    app.add_middleware(RequestRecord, logger=logger, metrics=metrics, log_queries=log_queries)
    return app


def _add_turns(
    app: FastAPI,
    policy: Policy,
    metrics: Metrics,
    note: Callable[..., None],
    writer: Writer | None,
    end: Callable[[], object] | None,
) -> None:
    """Bound the work at once; summaries have turns of their own, as a model takes seconds."""
    app.state.turns = []

    def add(bounds: Policy, **paths: Set[str]) -> None:
        turns = Turns(bounds.at_once, lost_seconds=bounds.lost_seconds, note=note, end=end)
        app.state.turns.append(turns)
        app.add_middleware(Admission, turns=turns, policy=bounds, metrics=metrics, note=note, **paths)

    if writer is None:
        add(policy)
        return
    apart = frozenset({summaries.PATH})
    add(policy, passed=apart)
    add(replace(policy, at_once=AT_ONCE, request_seconds=writer.seconds + policy.request_seconds), only=apart)


def _close_doors(app: FastAPI, policy: Policy, service: IndexService, note: Callable[..., None]) -> None:
    """What is decided before there is work: kept answers, bodies, keys and rates, origins, hosts."""

    def version() -> str | None:
        return service.version

    if policy.cache_bytes:
        app.add_middleware(AnswerCache, size=policy.cache_bytes, version=version)
    app.add_middleware(BodyLimit)
    app.add_middleware(Access, policy=policy, note=note)
    if policy.origins:
        app.add_middleware(Cors, origins=policy.origins)
    app.add_middleware(Front, hosts=policy.hosts, version=version)


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
