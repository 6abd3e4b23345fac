"""Each file is read in a child of its own: same documents as in process, and a failure costs one file only."""

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from corpus.reader import parse_document, read_document
from corpus.types import Document
from indexer.build import build
from indexer.reading import processes
from indexer.reading import reader as reading
from indexer.reading.codec import document_to_json
from indexer.reading.limits import ReadingLimits
from indexer.reading.reader import Readers
from indexer.report import Failure
from indexer.snapshot import open_snapshot
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports
from tests.misbehaving_reader import misbehave

SAMPLES = sorted(Path(__file__).parents[1].glob("corpus/samples/*-20??.*"))
SAMPLES = [path for path in SAMPLES if path.suffix in (".txt", ".md")]
QUICK = ReadingLimits(memory=512 << 20, cpu_seconds=2, wall_seconds=30.0)
HANGING = replace(QUICK, wall_seconds=3.0)  # for what hangs; a busy machine takes a second to start a child
TEXT = "一. 导言\n1. 甲。\n2. 乙。\n"


def read(paths: list[Path], limits: ReadingLimits = QUICK) -> list[Document | Failure]:
    with Readers(limits) as readers:
        return [one if isinstance(one, Failure) else one.document for one in readers.read(paths)]


def write(folder: Path, **texts: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return [folder / f"{name}.txt" for name in texts]


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> None:
    misbehave(monkeypatch)


@pytest.fixture(params=["template", "fresh"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a template that forks, and as on systems without fork."""
    if request.param == "fresh":
        monkeypatch.setattr(reading, "CAN_FORK", False)


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """No test leaves a child, a zombie, a thread or a descriptor behind."""
    gc.collect()  # what earlier tests left open is theirs
    before = descriptors()
    yield
    gc.collect()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    assert [one.name for one in threading.enumerate() if one.name.startswith("reading")] == []
    assert descriptors() - before == set()


def descriptors() -> set[tuple[str, str]]:
    """Numbers and what they lead to; one that is closed while they are looked at is none."""
    found = set()
    for path in Path("/proc/self/fd").glob("*"):
        with suppress(OSError):
            found.add((path.name, str(path.readlink())))
    return found


def test_a_child_reads_as_the_parent_would(either_way: None) -> None:
    assert len(SAMPLES) >= 3
    assert read(SAMPLES, ReadingLimits()) == [read_document(path) for path in SAMPLES]


def test_order_is_that_of_the_paths_however_many_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BYTES_A_PROCESS", 1)
    monkeypatch.setattr(reading, "_cores", lambda: 3)
    paths = [*write_reports(tmp_path / "many", count=12), tmp_path / "nowhere.txt"]
    found = read(paths)
    assert [one.id for one in found if isinstance(one, Document)] == [path.stem for path in paths[:-1]]
    assert isinstance(found[-1], Failure)
    assert (found[-1].error, found[-1].path) == ("UnreadableFile", paths[-1])


def test_nothing_to_read_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_start", None)
    assert read([]) == []


ENDS = {
    "raise ValueError('no such table')": ("ParserCrashed", "ValueError (no such table)"),
    "raise RecursionError": ("ParserCrashed", "RecursionError"),
    "raise MemoryError": ("OutOfMemory", "512 MiB"),
    "import os; os.kill(os.getpid(), 11)": ("ParserCrashed", "SIGSEGV"),
    "import os; os.abort()": ("ParserCrashed", "SIGABRT"),
    "import os; os._exit(7)": ("ParserCrashed", "exit status 7"),
    "import ctypes; ctypes.string_at(0)": ("ParserCrashed", "SIGSEGV"),
    "import time; time.sleep(60)": ("TookTooLong", "3 seconds"),
    "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)": ("TookTooLong", "3 seconds"),
    "import sys\nx = []\nwhile True: x.append(bytes(1 << 20))": ("OutOfMemory", "512 MiB"),
    "import sys; x = bytes(8 << 30)": ("OutOfMemory", "512 MiB"),
    "answer(b'')": ("BrokenAnswer", "JSON"),
    "answer(b'[]')": ("BrokenAnswer", "JSON|list|indices"),
    "answer(b'{}')": ("BrokenAnswer", "document"),
    "answer(b'{\"failure\": [1, 2]}')": ("BrokenAnswer", "kind and message"),
    'answer(b\'{"failure": ["a b", ""]}\')': ("BrokenAnswer", "kind and message"),
    "answer(b'cos\\nsystem\\n(S\\'touch planted\\'\\ntR.')": ("BrokenAnswer", "JSON"),
    "answer(bytes(2 << 20))": ("TooLarge", "1,048,576 bytes"),
}


@pytest.mark.parametrize(("code", "expected"), ENDS.items())
def test_whatever_a_parser_does_costs_its_own_file(
    misbehaving: None, tmp_path: Path, code: str, expected: tuple[str, str]
) -> None:
    kind, said = expected
    bad, good = write(tmp_path, a=code, b=TEXT)
    started = time.monotonic()
    limits = HANGING if kind == "TookTooLong" else QUICK
    failure, document = read([bad, good], replace(limits, answer=1 << 20))
    assert time.monotonic() - started < 55  # left to itself it takes 60; a busy machine starts slowly
    assert isinstance(failure, Failure)
    assert (failure.error, failure.path) == (kind, bad)
    assert failure.message.startswith(f"{bad}: ")
    assert any(word in failure.message for word in said.split("|"))
    assert document == read_document(good)


def test_computing_without_end_is_stopped_by_its_cpu_time(misbehaving: None, tmp_path: Path) -> None:
    (bad,) = write(tmp_path, a="import math\nwhile True: pass")
    (failure,) = read([bad], replace(QUICK, cpu_seconds=1, wall_seconds=120))
    assert isinstance(failure, Failure)
    assert failure.error == "TookTooLong"
    assert "1 CPU seconds" in failure.message


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to look at processes")
def test_what_a_child_has_started_ends_with_it(misbehaving: None, tmp_path: Path) -> None:
    marker, aside = tmp_path / "pid", tmp_path / "pid.new"
    code = f"""import os, time
pid = os.fork()
if pid == 0:
    with open({str(aside)!r}, "w") as file: file.write(str(os.getpid()))
    os.rename({str(aside)!r}, {str(marker)!r})  # whole, or not there: its parent looks for it
    time.sleep(600)
while not os.path.exists({str(marker)!r}): time.sleep(0.01)
raise ValueError"""
    read(write(tmp_path / "in", a=code))
    for _ in range(100):
        if not Path(f"/proc/{marker.read_text()}").exists():
            return
        time.sleep(0.05)
    pytest.fail("the grandchild is still there")


def test_a_child_holds_nothing_of_the_parent(
    misbehaving: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YINZHENG_SECRET", "hidden")
    code = """import os, resource, sys, json
fds = [fd for fd in range(64) if os.path.exists(f"/proc/self/fd/{fd}")]
raise ValueError(json.dumps([dict(os.environ), [os.readlink(f"/proc/self/fd/{fd}").split(":")[0] for fd in fds],
    [resource.getrlimit(which)[0] for which in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE)]]))"""
    with (tmp_path / "open").open("w") as handle:
        os.set_inheritable(handle.fileno(), True)
        (failure,) = read(write(tmp_path / "in", a=code))
    assert isinstance(failure, Failure)
    said = failure.message
    environment, links, limits = orjson.loads(said[said.index("[") : said.rindex("]") + 1])
    assert environment.keys() <= {"LC_ALL", "LC_CTYPE"}
    assert sorted(links) == ["/dev/null", "/dev/null", "/dev/null", "pipe"]
    assert limits == [QUICK.memory, QUICK.cpu_seconds, 0]


def test_a_template_that_is_killed_is_replaced(misbehaving: None, tmp_path: Path) -> None:
    paths = write(tmp_path, a=TEXT, b="import os; os.kill(os.getppid(), 9); answer(b'{}')", c=TEXT)
    first, failure, last = read(paths)
    assert isinstance(failure, Failure)
    assert failure.error == "ParserCrashed"
    assert "the process that reads files has ended" in failure.message
    assert [first, last] == [read_document(paths[0]), read_document(paths[2])]


def test_a_template_that_cannot_start_says_why(
    either_way: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_START", "raise SystemExit('no module of this name'); ")
    (failure,) = read(write(tmp_path, a=TEXT))
    assert isinstance(failure, Failure)
    assert "no module of this name" in failure.message


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc to look at processes")
def test_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    (path,) = write(tmp_path, a="import time; time.sleep(600)")
    program = """
import sys
from pathlib import Path
import pytest
from indexer.reading.limits import ReadingLimits
from indexer.reading.reader import Readers
from tests.misbehaving_reader import misbehave
misbehave(pytest.MonkeyPatch())
with Readers(ReadingLimits(wall_seconds=500)) as readers:
    list(readers.read([Path(sys.argv[1])]))
"""
    root = Path(__file__).parents[1]
    parent = subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=root)
    try:
        found = until(lambda: [pid for pid in below(parent.pid) if below(pid)])
        family = {*below(parent.pid), *(child for pid in found for child in below(pid))}
        assert len(family) == 2  # a template and its child
    finally:
        parent.kill()
        parent.wait()
    assert until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))


def until(look: Callable[[], Any]) -> Any:
    """What `look` gives once that is something, within twenty seconds."""
    for _ in range(400):
        if found := look():
            return found
        time.sleep(0.05)
    pytest.fail("nothing happened")


def below(pid: int) -> list[int]:
    """Processes whose parent has this number."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(entry.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.parent.name))
        except (OSError, ValueError):
            continue
    return found


def test_limits_of_text_units_and_answer(tmp_path: Path) -> None:
    (path,) = write(tmp_path, a=TEXT)
    for limits, said in (
        (replace(QUICK, characters=len(TEXT) - 1), "18 characters of text; at most 17"),
        (replace(QUICK, units=1), "2 units; at most 1"),
        (replace(QUICK, searched=13), "14 characters in units and the headings above them; at most 13"),
        (replace(QUICK, answer=20), "over 20 bytes"),
    ):
        (failure,) = read([path], limits)
        assert isinstance(failure, Failure)
        assert failure.error == "TooLarge"
        assert said in failure.message
    assert read([path], replace(QUICK, characters=len(TEXT), units=2, searched=14)) == [read_document(path)]


def forgeries() -> dict[str, tuple[list[object], object]]:
    """Paths into the JSON of a document, and what a lying child puts there."""
    return {
        "number_is_true": (["units", 0, "number"], True),
        "number_is_negative": (["units", 0, "number"], -1),
        "number_is_a_fraction": (["units", 0, "number"], 1.5),
        "text_is_not_in_the_source": (["units", 0, "text"], "丙。"),
        "text_is_a_number": (["units", 0, "text"], 7),
        "run_before_the_source": (["units", 0, "runs"], [[0, -3, 2]]),
        "run_beyond_the_source": (["units", 0, "runs"], [[0, 900, 2]]),
        "run_of_four": (["units", 0, "runs"], [[0, 1, 2, 3]]),
        "no_runs": (["units", 0, "runs"], []),
        "span_elsewhere": (["units", 0, "span"], [0, 2]),
        "unit_of_another_document": (["units", 0, "document"], "b"),
        "kind_unknown": (["units", 0, "kind"], "law"),
        "headings_are_a_text": (["units", 0, "headings"], "一. 导言"),
        "item_outside": (["units", 0, "items"], [[["a"], 0, 99]]),
        "part_is_a_number": (["units", 0, "part"], 0),
        "id_is_empty": (["id"], " "),
        "id_is_a_list": (["id"], ["a"]),
        "source_is_null": (["source"], None),
        "session_is_a_text": (["metadata", "session"], "9"),
        "date_is_no_day": (["metadata", "date"], "2019-13-01"),
        "meeting_is_one_day": (["metadata", "meeting"], ["2019-09-09"]),
        "another_field": (["metadata", "colour"], "red"),
        "anomaly_outside": (["anomalies"], [{"kind": "no_numbers", "message": "", "span": [0, 99]}]),
        "anomaly_without_message": (["anomalies"], [{"kind": "no_numbers", "span": [0, 1]}]),
        "omission_unknown": (["omissions"], [["secret", 0, 1]]),
        "pages_disordered": (["pages"], [5, 0]),
        "pages_are_texts": (["pages"], ["0"]),
        "digest_is_a_word": (["digest"], "unchanged"),
        "digest_is_a_number": (["digest"], 7),
    }


@pytest.mark.parametrize("name", forgeries())
def test_a_forged_document_is_refused(name: str) -> None:
    from indexer.reading.received import Ending, Read, outcome

    where, value = forgeries()[name]
    document = parse_document(TEXT, "a")
    good = {"digest": "0" * 32, "document": orjson.loads(document_to_json(document))}
    assert outcome(Path("a.txt"), orjson.dumps(good), Ending(0), QUICK) == Read(document, "0" * 32)
    place = good if where[0] in good else good["document"]
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    failure = outcome(Path("a.txt"), orjson.dumps(good), Ending(0), QUICK)
    assert isinstance(failure, Failure)
    assert failure.error == "BrokenAnswer"


def test_the_run_goes_on_and_tells_each_failure(misbehaving: None, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_reports(folder)
    write(folder, crash="import os; os.abort()", hang="import time; time.sleep(60)")
    os.mkfifo(folder / "pipe.txt")
    (folder / "huge.txt").write_bytes(b"")
    os.truncate(folder / "huge.txt", QUICK.file_bytes + 1)  # sparse: takes no room on the disk
    (folder / "long.txt").write_text(TEXT)
    (folder / "long.toml").write_text("#" * (2 << 20))
    limits = replace(QUICK, wall_seconds=8.0)  # for the others too, which a busy machine may read slowly
    report = build([folder], tmp_path / "index", CountingEncoder(), SplitSegmenter(), limits=limits)
    assert report.added == ["a", "b", "c"]
    assert {(failure.path.name, failure.error) for failure in report.failures} == {
        ("crash.txt", "ParserCrashed"),
        ("hang.txt", "TookTooLong"),
        ("huge.txt", "TooLarge"),
        ("long.txt", "TooLarge"),
        ("pipe.txt", "UnreadableFile"),
    }
    with open_snapshot(tmp_path / "index") as snapshot:
        assert [stored.id for stored in snapshot.documents] == ["a", "b", "c"]


def test_a_file_that_fails_now_keeps_its_old_version_even_when_pruning(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_reports(folder)
    build([folder], tmp_path / "index", CountingEncoder(), SplitSegmenter())
    os.truncate(folder / "b.txt", QUICK.file_bytes + 1)
    report = build(
        [folder], tmp_path / "index", CountingEncoder(), SplitSegmenter(), limits=QUICK, prune=True
    )
    assert (report.removed, report.unchanged) == ([], ["a", "b", "c"])
    assert [failure.error for failure in report.failures] == ["TooLarge"]


def test_a_run_that_ends_early_leaves_no_process(
    misbehaving: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    write(folder, a=TEXT, b=TEXT, c="import time; time.sleep(60)", d=TEXT)
    started = time.monotonic()

    def stop(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("indexer.claims.Claims.place", stop)
    with pytest.raises(KeyboardInterrupt):
        build([folder], tmp_path / "index", CountingEncoder(), SplitSegmenter())
    assert time.monotonic() - started < 25  # waiting for c would take the 30 of its limit
