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


def test_how_far_long_work_is_stands_on_one_line_of_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty", reason="this system has no terminals of that kind")
    import os

    def indexed(name: str, stderr: int) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "api", "--lang", "en", "index", "corpus/samples"]
        return subprocess.run(
            [*command, "--index", str(tmp_path / name), "--encoder", "hash"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=stderr,
            check=True,
            env={**os.environ, "TERM": "xterm"},
        )

    reader, writer = pty.openpty()
    indexed("a", writer)
    os.close(writer)
    shown = b""
    try:
        while piece := os.read(reader, 1 << 16):
            shown += piece
    except OSError:  # the other end is closed
        pass
    told = shown.decode()
    assert re.search(r"(found 3 documents|read \d of 3 documents|encoded \d+ of \d+ texts)", told)
    assert "writing generation 1" in told
    assert told.rindex("\x1b[2K") > told.rindex("writing generation 1")  # the line is wiped
    quiet = indexed("b", subprocess.PIPE).stderr.decode()
    assert "documents" not in quiet.replace("`yinzheng documents`", "")
    assert "\x1b" not in quiet


def test_documents_read_are_counted(tmp_path: Path) -> None:
    from indexer.build import build
    from models.encoders.hashing import HashEncoder
    from models.segmenter import Segmenter

    said: list[str] = []
    build([ROOT / "corpus/samples"], tmp_path / "idx", HashEncoder(), Segmenter(), progress=said.append)
    assert [one for one in said if one.startswith("read")] == [f"read {n} of 3 documents" for n in (1, 2, 3)]
    (tmp_path / "more.txt").write_text("1. 甲。\n2. 乙。\n", "utf-8")
    said.clear()
    build(
        [ROOT / "corpus/samples", tmp_path / "more.txt"],
        tmp_path / "idx",
        HashEncoder(),
        Segmenter(),
        progress=said.append,
    )
    assert [one for one in said if one.startswith("read")] == ["read 1 of 1 documents"]
