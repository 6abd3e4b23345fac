"""A Milvus server for tests: milvus-lite as a process of its own, asked over gRPC as any other."""

import shutil
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

START_SECONDS = 30.0


class LiteServer:
    """milvus-lite on a free port of this machine, over a folder of its own."""

    def __init__(self, place: Path) -> None:
        self._place = place
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        program = shutil.which("milvus-lite", path=str(Path(sys.executable).parent)) or "milvus-lite"
        start = [sys.executable, "-c", "from milvus_lite.cmdline import main; main()"]
        command = [program] if Path(program).exists() else start
        given = ["server", "--data-dir", str(self._place), "--host", "127.0.0.1", "--port", str(self.port)]
        with (self._place.parent / "milvus-lite.log").open("ab") as log:
            self._process = subprocess.Popen([*command, *given], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        pytest.fail(
            f"milvus-lite did not listen on {self.port}; see {self._place.parent / 'milvus-lite.log'}"
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(20)
            self._process = None

    def index(self, name: str) -> Path:
        """The address of an index, as a command would be given it."""
        return Path(f"milvus://127.0.0.1:{self.port}/{name}")


def require_milvus() -> None:
    """Skip where the client or the test server is not installed."""
    for module in ("pymilvus", "milvus_lite"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed: `make engine-test` installs it and runs these tests")
