"""Clients that mean ill: half-open connections, bodies without end, heads that are no head."""

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tests.load.clients import Seen, ask_steadily, percentile
from tests.load.service import Service

__all__ = ["big_body", "half_open", "honest", "strange_heads"]

HEAD = b"GET /v1/search?q=x HTTP/1.1\r\nHost: localhost\r\n"
BODY = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{"
SLOW = (b"", b"G", HEAD, HEAD + b"X-A: ", BODY)
"""What a half-open connection has sent: nothing, a byte, a head without end, a header without end, a body."""


def honest(service: Service, asked: list[tuple[str, str]], *, seconds: float, rate: float) -> Seen:
    """What honest clients see at a steady rate."""
    return ask_steadily(service.port, asked, seconds=seconds, rate=rate)


@contextmanager
def half_open(service: Service, count: int) -> Iterator[Callable[[], int]]:
    """Keep `count` half-sent connections; each sends a byte a second, and is opened again when closed.

    Gives a function that tells how many the service has closed so far.
    """
    stop, closed, lock = threading.Event(), [0], threading.Lock()
    held: list[socket.socket | None] = [None] * count

    def work() -> None:
        while not stop.wait(1.0):
            for place in range(count):
                if not _dribble(service, held, place):
                    with lock:
                        closed[0] += 1

    for place in range(count):
        held[place] = _opened(service, place)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield lambda: closed[0]
    finally:
        stop.set()
        thread.join(30)
        for one in held:
            if one is not None:
                one.close()


def big_body(service: Service, size: int) -> tuple[int, int]:
    """Send a body of `size` bytes, announced and in chunks: the lower status, and how far the memory rose at most.

    The status is 0 where a connection was closed without one.
    """
    before, most = service.memory(), 0
    head = f"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {size}\r\n\r\n"
    statuses = []
    for announced in (True, False):
        with service.connect() as sock, suppress(OSError):
            chunk = b"x" * 65536
            start = (
                head.encode()
                if announced
                else head.replace(f"Content-Length: {size}", "Transfer-Encoding: chunked").encode()
            )
            sock.sendall(start)
            sent = 0
            with suppress(BrokenPipeError, ConnectionResetError):
                while sent < size:
                    sock.sendall(chunk if announced else b"10000\r\n" + chunk + b"\r\n")
                    sent += len(chunk)
                    if sent % (1 << 22) == 0:
                        most = max(most, service.memory() - before)
            statuses.append(_status(sock))
        most = max(most, service.memory() - before)
    return min(statuses) if len(statuses) == 2 else 0, most


def strange_heads(service: Service) -> list[str]:
    """Pipelined requests, many headers, a huge one, a false length, no HTTP: an answer below 500 or a close."""
    wrong = []
    get = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
    cases = {
        "a hundred pipelined": ((get + b"\r\n") * 100, (200,)),
        "a thousand headers": (
            get + b"".join(b"X-%d: y\r\n" % n for n in range(1000)) + b"\r\n",
            (0, 200, 400, 431),
        ),
        "a header of a megabyte": (get + b"X-A: " + b"y" * 1_000_000 + b"\r\n\r\n", (0, 400, 431)),
        "a target of a megabyte": (
            b"GET /" + b"y" * 1_000_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            (0, 400, 414, 431),
        ),
        "two lengths": (
            get.replace(b"GET /healthz", b"POST /v1/search")
            + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
            (0, 400, 415),
        ),
        "length and chunks": (
            get.replace(b"GET /healthz", b"POST /v1/search")
            + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
            (0, 400, 415, 422),
        ),
        "a negative length": (get.replace(b"GET", b"POST") + b"Content-Length: -1\r\n\r\n", (0, 400, 405)),
        "a chunk of no number": (
            get.replace(b"GET /healthz", b"POST /v1/search") + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            (0, 400, 415, 422),
        ),
        "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200 + b"\r\n\r\n", (0, 400)),
        "another protocol": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (0, 400, 404, 405, 505)),
        "a bare line feed": (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", (0, 200, 400)),
        "bytes in a header": (get + b"X-A: \xff\xfe\x01\r\n\r\n", (0, 200, 400)),
        "an upgrade": (
            get
            + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
            (0, 200, 400, 403, 404, 405, 426),
        ),
    }
    for name, (sent, right) in cases.items():
        with service.connect(timeout=15) as sock:
            with suppress(BrokenPipeError, ConnectionResetError):
                sock.sendall(sent)
            found = _status(sock)
        if found not in right:
            wrong.append(f"{name}: {found}, expected one of {right}")
        if service.get("/healthz")[0] != 200:
            wrong.append(f"{name}: and no answer afterwards")
    return wrong


def p95(seen: Seen) -> float:
    """The 95th percentile of what was seen, in milliseconds."""
    return percentile(seen.all, 0.95)


def _opened(service: Service, place: int) -> socket.socket | None:
    with suppress(OSError):
        sock = service.connect(timeout=5)
        sock.sendall(SLOW[place % len(SLOW)])
        return sock
    return None


def _dribble(service: Service, held: list[socket.socket | None], place: int) -> bool:
    """Send one more byte, or open the connection again; false where the service had closed it."""
    sock = held[place]
    try:
        if sock is None:
            raise ConnectionError
        sock.setblocking(False)
        with suppress(BlockingIOError):
            if sock.recv(4096) == b"":
                raise ConnectionError
        if place % len(SLOW) and random.random() < 0.9:
            sock.send(b"a")
        return True
    except OSError:
        if sock is not None:
            sock.close()
        held[place] = _opened(service, place)
        return False


def _status(sock: socket.socket) -> int:
    """The status of the first answer on a connection; 0 where it is closed or silent instead."""
    sock.settimeout(15)
    data = b""
    end = time.monotonic() + 15
    with suppress(OSError):
        while b"\r\n" not in data and time.monotonic() < end:
            piece = sock.recv(4096)
            if not piece:
                break
            data += piece
    words = data.split(b" ", 2)
    return (
        int(words[1][:3])
        if len(words) > 1 and words[0].startswith(b"HTTP/") and words[1][:3].isdigit()
        else 0
    )
