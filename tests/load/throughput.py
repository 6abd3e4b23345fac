"""Searches a second: wrk with different questions where it is installed, else threads of this process."""

import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from tests.load.clients import percentile

__all__ = ["Throughput", "measure"]

_LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local turn, threads = 0, 0
function setup(thread) thread:set("first", threads * 131); threads = threads + 1 end
function init(args) turn = first or 0 end
function request() turn = turn + 1; return wrk.format("GET", paths[turn %% #paths + 1]) end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Throughput:
    """Requests a second, latencies in milliseconds, failures, and what measured them."""

    rate: float
    p50: float
    p99: float
    failed: int
    tool: str


def measure(port: int, asked: Sequence[str], *, seconds: int, connections: int = 16) -> Throughput:
    """Search as fast as answers come, `connections` at a time, each question in turn."""
    paths = [f"/v1/search?k=10&q={quote(question)}" for question in asked]
    return (
        _wrk(port, paths, seconds, connections)
        if shutil.which("wrk")
        else _threads(port, paths, seconds, connections)
    )


def _wrk(port: int, paths: Sequence[str], seconds: int, connections: int) -> Throughput:
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "ask.lua"
        listed.write_text("\n".join(paths) + "\n", encoding="utf-8")
        script.write_text(_LUA % listed, encoding="utf-8")
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{seconds}s",
            "-s",
            str(script),
            f"http://127.0.0.1:{port}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
    if found is None:
        raise RuntimeError(f"wrk said {done.stdout[-500:]!r}; expected a line RESULT")
    count, microseconds, p50, p99, failed = map(int, found.groups())
    return Throughput(count / microseconds * 1e6, p50 / 1000, p99 / 1000, failed, "wrk")


def _threads(port: int, paths: Sequence[str], seconds: int, connections: int) -> Throughput:
    """The same in Python, which itself takes a good part of a core: a lower bound."""
    figures: list[float] = []
    failed = [0]
    end = time.perf_counter() + seconds

    def work(turn: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        while (start := time.perf_counter()) < end:
            connection.request("GET", paths[turn % len(paths)])
            answer = connection.getresponse()
            answer.read()
            failed[0] += answer.status != 200
            figures.append((time.perf_counter() - start) * 1000)
            turn += connections
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Throughput(
        len(figures) / seconds, percentile(figures, 0.5), percentile(figures, 0.99), failed[0], "python"
    )
