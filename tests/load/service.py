"""The service as a process under test: started, watched and stopped as an operator would."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

__all__ = ["ROOT", "Service", "build_index", "running"]

ROOT = Path(__file__).parents[2]
READY_SECONDS = 180  # a worker starts within two seconds of a core; others may be using it
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


@dataclass(frozen=True, slots=True)
class Service:
    """Where a running service answers, and its processes."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str, *, timeout: float = 30, **headers: str) -> tuple[int, str, bytes]:
        """Status, content type and body of one GET on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("content-type") or "", answer.read()
        finally:
            connection.close()

    def connect(self, timeout: float = 30) -> socket.socket:
        """A bare connection, to send on it what no client would."""
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def memory(self) -> int:
        """Resident bytes of all processes of the service; 0 where /proc does not tell."""
        return sum(_resident(pid) for pid in _family(self.process.pid))

    def errors(self) -> list[str]:
        """Lines of the log that tell of an error that nobody foresaw."""
        marks = ("unforeseen_error", "Traceback", '"level": "error"', '"level":"error"')
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if any(mark in line for mark in marks)]


@contextmanager
def running(index: Path, *, workers: int = 1, core: str | None = None, **variables: str) -> Iterator[Service]:
    """`python -m api serve` on a free port until the block ends; `core` are cores, as taskset takes them."""
    with tempfile.TemporaryDirectory() as folder:
        log, port = Path(folder) / "log", _free_port()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("YINZHENG_")}
        command = [sys.executable, "-m", "api", "serve", "--index", str(index), "--port", str(port)]
        if core is not None:
            command = ["taskset", "-c", core, *command]
        with log.open("wb") as lines:
            process = subprocess.Popen(
                [*command, "--workers", str(workers)],
                cwd=ROOT,
                env={**clean, "YINZHENG_LOG_LEVEL": "warning", **variables},
                stdout=subprocess.DEVNULL,
                stderr=lines,
            )
        service = Service(port, process, log)
        try:
            _wait_until_ready(service, workers)
            yield service
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def build_index(documents: Path, index: Path) -> Path:
    """An index of a folder, made by the command line; returns its directory."""
    command = [sys.executable, "-m", "api", "index", str(documents), "--index", str(index)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    return index


def _wait_until_ready(service: Service, workers: int) -> None:
    """Ready is when so many processes as there are workers have answered, or all answers for a second have."""
    deadline, answered = time.monotonic() + READY_SECONDS, 0
    while time.monotonic() < deadline:
        if service.process.poll() is not None:
            break
        try:
            answered = answered + 1 if service.get("/readyz", timeout=5)[0] == 200 else 0
        except (OSError, HTTPException):
            answered = 0
        if answered >= 4 * workers:
            return
        time.sleep(0.05)
    raise RuntimeError(f"the service is not ready: {service.log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            todo += _numbers(children)
    return found


def _numbers(path: Path) -> list[int]:
    try:
        return [int(word) for word in path.read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
