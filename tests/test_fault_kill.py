"""A real indexing process killed at random moments, and one whose files cannot grow."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.fault_cases import figures

ROOT = Path(__file__).parents[1]
SHORT, LONG = 15, 1000

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def killing(kills: int, seed: int) -> dict[str, dict[str, int]]:
    """What tests/fault_killing.py found; in memory where that is at hand: a killed process loses no page."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        command = [sys.executable, "tests/fault_killing.py", place, str(kills), str(seed)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, dict[str, int]] = json.loads(run.stdout)
    return found


def test_some_kills() -> None:
    found = killing(SHORT, 3)
    kills = found["kills"]
    assert kills["old"] + kills["new"] == SHORT
    assert kills["old"] > 0
    assert kills["runs to the end"] >= SHORT // 10
    assert min(found["limits"].values()) > 0


@pytest.mark.long
def test_a_thousand_kills() -> None:
    found = killing(LONG, 11)
    kills = found["kills"]
    assert min(kills["old"], kills["new"]) > 0
    ended = {name: kills.pop(name) for name in ("over before the kill", "runs to the end")}
    figures("kills", kills)
    figures("runs beside them", ended)
    figures("limits on the size of files", found["limits"])
