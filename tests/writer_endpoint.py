"""A local chat-completions endpoint that says what a test wants, well or badly."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Endpoint", "Reply", "completion", "endpoint", "garbage", "said"]

Headers = dict[str, str]
Behave = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Endpoint:
    """What runs: its base URL, the requests that it was sent, and their headers."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[Headers] = field(default_factory=list)


@dataclass
class Reply:
    """A whole answer."""

    body: bytes
    status: int = 200
    headers: Headers = field(default_factory=lambda: {"Content-Type": "application/json"})

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(self.status)
        for name, value in {"Content-Length": str(len(self.body)), **self.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.body)


def completion(content: object) -> Reply:
    """A chat completion with this content, written as a server would."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    return Reply(json.dumps({"object": "chat.completion", "choices": [choice]}).encode())


def said(*sentences: object) -> Reply:
    """A completion whose sentences are objects, or pairs of text and citations."""
    listed = [{"text": s[0], "citations": s[1]} if isinstance(s, tuple) else s for s in sentences]
    return completion(json.dumps({"sentences": listed}, ensure_ascii=False))


def garbage(piece: bytes, seconds: float, *, head: bytes = b"") -> Behave:
    """Bytes one after the other, with a pause before each, for ever; `head` comes first."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        try:
            handler.wfile.write(head)
            while True:
                time.sleep(seconds)
                handler.wfile.write(piece)
        except OSError:  # the other side has gone
            return

    return behave


@contextmanager
def endpoint(*behaviours: Behave) -> Iterator[Endpoint]:
    """Serve on loopback; the first request meets the first behaviour, the last one serves for all that follow."""
    running = Endpoint("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            number = len(running.requests)
            running.requests.append({"path": self.path, **json.loads(body)})
            running.headers.append(dict(self.headers.items()))
            self.close_connection = True
            behaviours[min(number, len(behaviours) - 1)](self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that hangs up is what some tests want

    server = Server(("127.0.0.1", 0), Handler)
    server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    running.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
