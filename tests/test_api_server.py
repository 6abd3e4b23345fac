"""The service as a process: workers, half-sent requests, stopping, reloading, and what stops it from starting."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.api_support import ROOT, SAMPLES, build_samples, yinzheng_process
from tests.serving import Served, served

SEARCH = "/v1/search?q=%E6%8A%BC%E9%87%91&k=2"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("server") / "index")


def raw(port: int, data: bytes, seconds: float = 15) -> tuple[bytes, float]:
    """What comes back until the server closes, and how long that took."""
    start, received = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.sendall(data)
        while piece := connection.recv(65536):
            received += piece
    return received, time.monotonic() - start


def test_two_workers_answer_reload_and_are_added_up_while_half_sent_requests_are_closed(
    tmp_path: Path, index: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(index, own)
    with served(tmp_path, own, workers=2, YINZHENG_RELOAD_SECONDS="0.05") as service:
        held = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(100)]
        for at, connection in enumerate(held):
            connection.sendall((b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n")[at % 3])
        begun = time.monotonic()
        answers = asked_while(service, lambda: rebuild_three_times(own, tmp_path / "new.txt"))
        assert {answer.status_code for answer in answers} == {200}
        versions = [answer.json()["index_version"] for answer in answers]
        assert versions == [answer.headers["x-index-version"] for answer in answers]
        assert len(set(versions)) >= 3
        metrics = httpx.get(service.url + "/metrics").text
        searches = 'yinzheng_requests_total{method="GET",route="/v1/search",status="200"}'
        counted = [float(line.split()[1]) for line in metrics.splitlines() if line.startswith(searches)]
        assert sum(counted) == len(answers)
        generations = {
            line.split()[1] for line in metrics.splitlines() if line.startswith("yinzheng_index_generation{")
        }
        assert (len(generations), metrics.count("yinzheng_index_generation{")) == (1, 2)
        for connection in held:
            connection.settimeout(max(0.1, begun + 15 - time.monotonic()))
            assert connection.recv(1) == b"", "a half-sent request was not closed"
            connection.close()


def asked_while(service: Served, work: Callable[[], None]) -> list[httpx.Response]:
    """What two clients are answered, each request on a connection of its own, while something else is done."""
    answers: list[httpx.Response] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            with httpx.Client(base_url=service.url, timeout=20) as client:
                answers.append(client.get(SEARCH))

    with ThreadPoolExecutor(2) as pool:
        asking = [pool.submit(ask) for _ in range(2)]
        try:
            work()
        finally:
            done.set()  # else the clients would ask for ever
        for each in asking:
            each.result()
    return answers


def rebuild_three_times(index: Path, file: Path) -> None:
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    for number in range(3):
        file.write_text(f"1. 珊瑚礁需要{'很' * number}多保护。\n\n2. 各国同意。\n", encoding="utf-8")
        build([SAMPLES, file], index, load_encoder("hash"), Segmenter())
        time.sleep(0.5)


def test_what_is_no_http_is_closed_and_what_is_answered_by_the_service_is_a_problem(
    tmp_path: Path, index: Path
) -> None:
    with served(tmp_path, index) as service:
        host = b"Host: localhost\r\n"
        before_us = {
            b"garbage\r\n\r\n": b"400",
            b"GET /healthz?" + b"a" * 70_000 + b" HTTP/1.1\r\n" + host + b"\r\n": b"414",
            b"GET /healthz HTTP/1.1\r\n" + host + b"X: y\r\n" * 200 + b"\r\n": b"431",
            b"POST /v1/search HTTP/1.1\r\n"
            + host
            + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n": b"400",
        }
        for request, status in before_us.items():
            answer, seconds = raw(service.port, request)
            assert answer.split(b" ")[1] == status
            assert seconds < 5
        post = (
            b"POST /v1/search HTTP/1.1\r\n"
            + host
            + b"Connection: close\r\nContent-Type: application/json\r\n"
        )
        by_us = {
            b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n": b"400",
            b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n": b"421",
            post + b"Content-Length: 300000000\r\n\r\n" + b"x" * 100_000: b"413",
            post + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n": b"400",
            b"GET /%ff%00 HTTP/1.1\r\nConnection: close\r\n" + host + b"\r\n": b"404",
        }
        for request, status in by_us.items():
            answer, _ = raw(service.port, request)
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.split(b" ")[1] == status, answer
            assert b"application/problem+json" in head
            assert json.loads(body)["status"] == int(status)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_with_code_0_after_answering_what_was_asked(
    tmp_path: Path, index: Path, sent: signal.Signals
) -> None:
    with served(tmp_path, index, workers=2) as service:
        body = json.dumps({"query": "押金"}).encode()
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
            head = b"POST /v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body))
            time.sleep(0.3)
            start = time.monotonic()
            service.process.send_signal(sent)
            time.sleep(0.5)
            connection.sendall(body)
            assert connection.recv(65536).startswith(b"HTTP/1.1 200")
        assert service.process.wait(20) == 0
        assert time.monotonic() - start < 20
        with pytest.raises(httpx.TransportError):
            httpx.get(service.url + "/healthz")
        assert not any("exception" in event for event in service.events())


def test_a_worker_that_dies_is_started_again_and_orphans_stop(tmp_path: Path, index: Path) -> None:
    with served(tmp_path, index, workers=2) as service:
        pids = _workers(service)
        os.kill(pids[0], signal.SIGKILL)
        deadline = time.monotonic() + 60
        while len(set(_workers(service)) - set(pids)) < 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        pids = _workers(service)
        assert len(pids) == 3
        assert httpx.get(service.url + "/readyz", timeout=20).status_code == 200
        service.process.kill()
        deadline = time.monotonic() + 30
        while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(_alive(pid) for pid in pids), "a worker outlived the server and holds its port"


def test_what_stops_it_from_starting(tmp_path: Path, index: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        second = yinzheng_process("serve", "--index", index, "--port", taken.getsockname()[1])
    assert second.returncode == 2
    assert "choose another --host or --port" in second.stderr
    for options, code, told in (
        (("--index", tmp_path), 3, "holds no index"),
        (("--index", index, "--host", "0.0.0.0"), 2, "--no-keys"),
        (("--index", index, "--keys", tmp_path / "absent"), 2, "yinzheng key new"),
        (("--index", index, "--host", "nobody.invalid", "--no-keys"), 2, "cannot listen on"),
    ):
        done = yinzheng_process("serve", *options, "--port", "0")
        assert (done.returncode, told in done.stderr) == (code, True), done.stderr
        assert "Traceback" not in done.stderr


def test_a_working_directory_with_modules_of_the_same_names_changes_nothing(
    tmp_path: Path, index: Path
) -> None:
    for name in ("api", "multiprocessing", "search", "granian"):
        (tmp_path / "there" / name).mkdir(parents=True)
        (tmp_path / "there" / name / "__init__.py").write_text(
            "raise SystemExit('another module was loaded')\n"
        )
    log = tmp_path / "log"
    code = f"import sys; sys.path[:] = [p for p in sys.path if p]; sys.path.insert(0, {str(ROOT)!r}); " + (
        "sys.argv[0] = 'yinzheng'; from api.cli import main; main()"
    )
    command = [sys.executable, "-P", "-c", code, "serve", "--index", str(index), "--port", "0"]
    with log.open("w") as stderr:
        process = subprocess.Popen(command, cwd=tmp_path / "there", stderr=stderr, text=True)
    try:
        service = Served(process, log)
        service.ready(1)
        assert httpx.get(service.url + SEARCH, timeout=20).json()["hits"]
    finally:
        process.terminate()
        process.wait(30)
    assert "another module" not in log.read_text()


def _workers(service: Served) -> list[int]:
    told = [event["event"] for event in service.events() if "with PID: " in str(event["event"])]
    return [int(event.rpartition(": ")[2]) for event in told]


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
