"""What a parser has started ends with it, also where it has left the group, as a converter or a daemon does."""

import os
import sys
import time
from pathlib import Path

import pytest

from corpus.reader import read_document
from indexer.reading.limits import ReadingLimits
from indexer.reading.reader import Readers
from indexer.reading.received import Read
from indexer.report import Failure
from tests.misbehaving_reader import misbehave

LIMITS = ReadingLimits(memory=512 << 20, cpu_seconds=5, wall_seconds=3.0)
TEXT = "一. 导言\n1. 甲。\n2. 乙。\n"
DAEMONS = """import os, signal, time
place = {place!r}
for number in range(3):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
        open(f"{{place}}/{{os.getpid()}}", "w").close()
        time.sleep(600)
while len(os.listdir(place)) < 6: time.sleep(0.01)
{end}"""
ENDS = {
    "raise ValueError": "ParserCrashed",
    "os._exit(3)": "ParserCrashed",
    "time.sleep(60)": "TookTooLong",
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are adopted on Linux only")
@pytest.mark.parametrize(("end", "kind"), ENDS.items())
def test_processes_in_sessions_of_their_own_end_with_the_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, kind: str
) -> None:
    misbehave(monkeypatch)
    pids, bad, good = tmp_path / "pids", tmp_path / "bad.txt", tmp_path / "good.txt"
    pids.mkdir()
    bad.write_text(DAEMONS.format(place=str(pids), end=end), "utf-8")
    good.write_text(TEXT, "utf-8")
    with Readers(LIMITS) as readers:
        started = time.monotonic()
        failure, document = readers.read([bad, good])
        assert time.monotonic() - started < LIMITS.wall_seconds + 20
        # The child was answered for only when all of them had ended.
        left = [path.name for path in pids.iterdir() if Path("/proc", path.name).exists()]
    assert isinstance(failure, Failure)
    assert failure.error == kind
    assert isinstance(document, Read)
    assert document.document == read_document(good)
    assert len(list(pids.iterdir())) == 6
    assert left == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_the_copies_of_a_child_that_is_killed_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misbehave(monkeypatch)
    bad, told = tmp_path / "bad.txt", tmp_path / "told"
    bad.write_text(
        "import os, tempfile, time\nfrom corpus.formats.word.doc import scratch_prefix\n"
        "folder = tempfile.mkdtemp(prefix=scratch_prefix(os.getpid()))\n"
        "os.mkdir(folder + '/profile')\nopen(folder + '/profile/copy', 'w').close()\n"
        f"open({str(told)!r}, 'w').write(folder)\ntime.sleep(60)\n",
        "utf-8",
    )
    with Readers(LIMITS) as readers:
        (failure,) = readers.read([bad])
        left = Path(told.read_text()).exists()
    assert isinstance(failure, Failure)
    assert failure.error == "TookTooLong"
    assert not left
