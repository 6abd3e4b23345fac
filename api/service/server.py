"""`yinzheng serve`: the application in granian, with bounds, in one or more worker processes."""

import os
import socket
import time
import webbrowser
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.service.policy import Policy
    from api.service.settings import Settings

__all__ = ["run"]

HEAD_SECONDS = 10
"""For the whole head of a request to arrive, and for the next request of an open connection to begin."""

GRACEFUL_SECONDS = 9
"""For requests under way when the service is stopped; what is left then is ended."""

SETTLED = 0.3
"""Until the log of the request that was asked to see whether the service answers is written."""

START_SECONDS = 300
"""For the first worker to answer."""

MAX_HEAD_BYTES = 64 * 1024
"""Request line and headers together: a query of 2,000 Han characters takes 18 kB once escaped in a URL."""

CONNECTIONS = 4096
"""Open connections of one worker; further ones wait until one is closed, so this is more than a few clients
can hold half-open."""

BACKLOG = 1024
"""Connections that the operating system keeps until they are accepted."""

OTHER_FILES = 256
"""Files of a worker that are no connections: the index, its libraries, metrics."""

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
"""Threads of the libraries in a worker, unless the environment says otherwise.

On one short query they wait for one another: on two cores with other work two workers answered 64 searches a
second with them and 266 without, one measurement each.
"""


def run(settings: "Settings", *, announce: Callable[[str], None], show: bool = False) -> None:
    """Serve until interrupted. What cannot be used, the index first, is an error before anything listens.

    The address is announced once requests are answered; with `show` the page is opened in a browser then.
    """
    from api.service.settings import policy_of, writer_of
    from indexer.milvus.address import milvus_address
    from search.library import open_library

    policy = policy_of(settings)
    writer_of(settings)
    open_library(settings.index, term_bank=settings.term_bank).close()
    address, port = _free_address(settings.host, settings.port)
    index = milvus_address(settings.index) or settings.index
    site = f"http://{_authority(settings.host, port)}"

    def tell() -> None:
        if not _answers(address, port):
            return
        time.sleep(SETTLED)  # the log of that request is written by another process to the same stream
        announce(f"serving {index} on {site}")
        announce(f"try: curl '{site}/v1/search?q=%E5%BB%BA%E8%AE%AE&k=3'")
        if show:
            webbrowser.open(site)

    Thread(target=tell, daemon=True).start()
    with TemporaryDirectory(prefix="yinzheng-metrics-") as folder:
        _serve(settings, policy, address, port, folder)


def _answers(address: str, port: int) -> bool:
    """Wait until a request is answered, whatever the answer; false where that takes minutes."""
    there = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        connection = HTTPConnection(there, port, timeout=HEAD_SECONDS)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status > 0
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    return False


def _serve(settings: "Settings", policy: "Policy", address: str, port: int, folder: str) -> None:
    import multiprocessing

    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    from api.service.logs import server_log_config
    from api.service.policy import METRICS_FOLDER
    from api.service.worker import load

    # A forked child would share locks and threads of the numerical libraries, which may be held for ever.
    multiprocessing.set_start_method("spawn", force=True)
    # A spawned interpreter imports from the working directory, unless told not to (docs.python.org, -P).
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ[METRICS_FOLDER] = folder
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)
    server = Granian(
        "yinzheng",
        address=address,
        port=port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        backpressure=_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=MAX_HEAD_BYTES),
        log_level=LogLevels(settings.log_level),
        log_dictconfig=server_log_config(settings.log_level),
        respawn_failed_workers=True,
        workers_kill_timeout=GRACEFUL_SECONDS,
    )
    server.serve(target_loader=partial(load, settings, policy, os.getpid()), wrap_loader=False)


def _connections() -> int:
    """CONNECTIONS, or as many as the limit of open files allows; the limit is raised where it may be."""
    try:
        import resource
    except ImportError:  # not on Windows, which has no such limit
        return CONNECTIONS
    wanted = CONNECTIONS + OTHER_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))  # workers inherit it
    return CONNECTIONS if soft == resource.RLIM_INFINITY else max(1, min(CONNECTIONS, soft - OTHER_FILES))


def _free_address(host: str, port: int) -> tuple[str, int]:
    """The numeric address and port to listen on; raises BadInput where something listens there already.

    Workers share the port (SO_REUSEPORT), so a second service would take half of the requests in silence.
    """
    from api.errors import BadInput

    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            name = probe.getsockname()
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput(
            f"cannot listen on {host} port {port}: {reason}; choose another --host or --port"
        ) from error
    return str(name[0]), int(name[1])


def _authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
