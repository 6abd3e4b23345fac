"""Manners of the command line: what Ctrl-C says, when `serve` tells its address, what `demo` shows."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.api_support import ROOT, yinzheng


def test_ctrl_c_says_what_was_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("indexer.build.build", stopped)
    done = yinzheng("index", ROOT / "corpus/samples", "--index", tmp_path / "index")
    assert (done.returncode, "the index is as it was" in done.stderr) == (130, True)


def test_demo_answers_when_it_says_so_and_stops_at_a_signal(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "api", "demo", "--port", "0"]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stderr=log, stdout=log) as child,
    ):
        try:
            until, told = time.monotonic() + 120, ""
            while "serving " not in told:
                assert time.monotonic() < until, told
                assert child.poll() is None, told
                time.sleep(0.1)
                told = (tmp_path / "log").read_text()
            site = re.findall(r"serving .* on (http://\S+)", told)[0].rstrip(chr(34))
            with urllib.request.urlopen(site, timeout=10) as page:  # at once: what is told is true
                assert "引证" in page.read().decode()
        finally:
            child.send_signal(signal.SIGINT)
        assert child.wait(15) in (0, 130)


def test_completion_can_be_installed() -> None:
    assert "--install-completion" in yinzheng("--help").stdout
