"""A service as a process of its own, for tests that look at it from outside."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.api_support import ROOT


class Served:
    """A running service and where it answers."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process, self._log = process, log
        self.port = int(self._wait("serving ").rpartition(":")[2])
        self.url = f"http://127.0.0.1:{self.port}"

    def _wait(self, text: str) -> str:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = [line for line in self._log.read_text(encoding="utf-8").splitlines() if text in line]
            if found:
                return found[0]
            assert self.process.poll() is None, self._log.read_text(encoding="utf-8")
            time.sleep(0.05)
        pytest.fail(f"no {text!r} in {self._log.read_text(encoding='utf-8')}")

    def ready(self, workers: int) -> None:
        """Wait until every worker has its index open."""
        for number in range(1, workers + 1):
            self._wait(f"Started worker-{number}")

    def events(self) -> list[dict[str, Any]]:
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextmanager
def served(
    tmp_path: Path,
    index: Path,
    *options: object,
    workers: int = 1,
    module: str = "api",
    **variables: str,
) -> Iterator[Served]:
    """`python -m MODULE serve` on a free port, with every worker ready, until the block ends."""
    log = tmp_path / "log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YINZHENG_")}
    where = ("--index", index, "--port", 0, "--workers", workers)
    command = [sys.executable, "-m", module, "serve", *where, *options]
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env={**environment, "PYTHONUTF8": "1", **variables},
            stderr=stderr,
            text=True,
        )
    try:
        service = Served(process, log)
        service.ready(workers)
        yield service
    finally:
        process.terminate()
        process.wait(30)
