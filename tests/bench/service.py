"""Latency of a query in a running service, over one kept connection."""

import http.client
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from process import script

__all__ = ["latencies", "median_latency"]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until_ready(port: int, process: subprocess.Popen[bytes], seconds: float = 30.0) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"yinzheng serve did not become ready within {seconds:.0f} s")


def latencies(index: Path, paths: Sequence[str], rounds: int = 5) -> list[float]:
    """Milliseconds of every request after one warming round: `rounds * len(paths)` figures; no answer is kept."""
    port = free_port()
    quiet = subprocess.DEVNULL
    arguments = [str(script()), "serve", "--index", str(index), "--port", str(port)]
    process = subprocess.Popen(
        arguments, stdout=quiet, stderr=quiet, env={**os.environ, "YINZHENG_CACHE_MIB": "0"}
    )
    try:
        wait_until_ready(port, process)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        figures = []
        for turn in range(rounds + 1):
            for path in paths:
                start = time.perf_counter()
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    raise SystemExit(f"GET {path} answered {answer.status}")
                if turn:
                    figures.append((time.perf_counter() - start) * 1000)
        return figures
    finally:
        process.terminate()
        process.wait(timeout=30)


def median_latency(index: Path, path: str, asked: Sequence[str]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds; `path` ends where what is asked goes, `/v1/ask?q=`."""
    figures = sorted(latencies(index, [path + quote(one) for one in asked]))
    return statistics.median(figures), figures[int(0.95 * (len(figures) - 1))]
