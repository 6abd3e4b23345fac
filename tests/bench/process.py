"""Running the console script as a person does, and what it cost."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Cost", "run", "run_json", "script"]


@dataclass(frozen=True, slots=True)
class Cost:
    """One finished process: exit status, standard output, wall and CPU (user + system) seconds."""

    status: int
    output: str
    wall: float
    cpu: float


def script() -> Path:
    """The `yinzheng` that stands beside the Python that runs this."""
    path = Path(sys.executable).with_name("yinzheng")
    if not path.exists():
        raise SystemExit(
            f"{path} not found: install the project into this environment first (make bench does)"
        )
    return path


def run(*arguments: str | Path) -> Cost:
    """Runs `yinzheng` to its end; exit codes above 1 stop the benchmark with the program's own message."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        wide = {**os.environ, "COLUMNS": "120"}  # tables keep their figures when no terminal says its width
        process = subprocess.Popen([script(), *map(str, arguments)], stdout=out, stderr=err, env=wide)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in (0, 1):
            raise SystemExit(f"yinzheng {arguments[0]} failed: {err.read().decode('utf-8', 'replace')}")
        output = out.read().decode("utf-8")
        return Cost(process.returncode, output, wall, usage.ru_utime + usage.ru_stime)


def run_json(*arguments: str | Path) -> dict[str, object]:
    """The object that `yinzheng … --json` prints."""
    answer = json.loads(run(*arguments, "--json").output)
    if not isinstance(answer, dict):
        raise SystemExit(f"yinzheng {arguments[0]} --json printed no object")
    return answer
