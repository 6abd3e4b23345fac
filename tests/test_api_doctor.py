"""The doctor: each thing that can be wrong is made wrong, and has to be told with what to do about it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.doctor import examine, finding, index, machine, program, service
from api.doctor.finding import Area, Finding, Level
from indexer.disk.lock import write_lock
from tests.api_support import ROOT, build_samples, one_object, yinzheng
from tests.indexer_fakes import SplitSegmenter


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("doctor") / "index", encoder="packaged")


@pytest.fixture
def sound(tmp_path: Path, samples: Path) -> Path:
    return Path(shutil.copytree(samples, tmp_path / "index"))


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("YINZHENG_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YINZHENG_PORT", "0")  # whatever else runs here


def named(found: list[Finding], name: str) -> Finding:
    (one,) = [finding for finding in found if finding.name == name]
    return one


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["doctor", *map(str, arguments)])


def test_a_sound_installation_has_no_problem(sound: Path) -> None:
    done = yinzheng("doctor", "--index", sound, "--json", YINZHENG_PORT="0")
    report = one_object(done)
    assert done.returncode == 0, report
    assert report["summary"]["problem"] == 0
    assert sum(report["summary"].values()) == len(report["findings"])
    names = {found["name"] for found in report["findings"]}
    assert names >= {"libraries", "encoder", "segmenter", "open files", "text", "LibreOffice"}
    assert names >= {"YINZHENG_INDEX", "index", "age", "room", "writer"}
    assert report["findings"][0].keys() == {"area", "name", "level", "found", "expected", "remedy"}


def test_people_read_the_same(sound: Path) -> None:
    shown = run("--index", sound)
    assert shown.exit_code == 0
    summary = one_object(yinzheng("doctor", "--index", sound, "--json", YINZHENG_PORT="0"))["summary"]
    assert shown.stdout.splitlines()[-1] == ", ".join(f"{level} {summary[level]}" for level in summary)
    assert f"ok       age: made at {json.loads(manifest(sound).read_bytes())['created']}" in shown.stdout


def manifest(sound: Path) -> Path:
    (path,) = sound.glob("generations/*/manifest.json")
    return path


def test_every_line_that_is_not_fine_says_what_was_expected_and_what_to_do(sound: Path) -> None:
    (sound / "CURRENT").write_bytes(b"{}")
    found = [*examine.examine(sound), *examine.examine(sound / "nothing")]
    assert [one for one in found if one.level is not Level.OK]
    assert [one for one in found if one.level is not Level.OK and not (one.expected and one.remedy)] == []


@pytest.mark.parametrize(
    ("break_it", "found", "remedy"),
    [
        (lambda at: shutil.rmtree(at), "holds no index", "yinzheng index PATH... --index "),
        (
            lambda at: (at / "CURRENT").write_bytes(b"{"),
            "1 bytes that are not JSON",
            "yinzheng restore BACKUP",
        ),
        (lambda at: manifest(at).write_bytes(b"{}"), "manifest.json: found xxh3", "yinzheng restore BACKUP"),
        (
            lambda at: next(at.rglob("vectors.safetensors")).write_bytes(b""),
            "vectors.safetensors: found 0 bytes",
            "yinzheng restore BACKUP",
        ),
        (
            lambda at: (at / "CURRENT").write_bytes(b'{"format_version": 99}'),
            "has format 99",
            "upgrade yinzheng",
        ),
        (
            lambda at: (at / "CURRENT").write_bytes(b'{"format_version": 0}'),
            "has format 0",
            "with a new directory",
        ),
        (lambda at: [shutil.rmtree(at), at.write_text("a letter")], "is a file", "name another directory"),
    ],
)
def test_an_index_that_does_not_open_is_exit_code_3(sound: Path, break_it, found: str, remedy: str) -> None:  # type: ignore[no-untyped-def]  # any callable
    break_it(sound)
    done = run("--index", sound, "--json")
    assert done.exit_code == 3
    (wrong,) = [one for one in json.loads(done.stdout)["findings"] if one["level"] == "problem"]
    assert found in wrong["found"]
    assert remedy in wrong["remedy"]


def test_models_that_the_index_was_not_made_with(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.segmenter.Segmenter", lambda: SplitSegmenter("another"))
    wrong = list(index.contents(sound))[-1]
    assert (wrong.level, wrong.area) == (Level.PROBLEM, Area.INDEX)
    assert "not with another" in wrong.found


def test_the_age_of_an_index_and_a_clock_that_is_wrong(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import datetime, timedelta

    made = datetime.fromisoformat(json.loads(manifest(sound).read_bytes())["created"])

    def age_at(moment: datetime) -> Finding:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # one use
                return moment

        monkeypatch.setattr(index, "datetime", Clock)
        return named(list(index.contents(sound)), "age")

    later = age_at(made + timedelta(days=40, hours=5, minutes=59))
    assert later.found.endswith("40 days and 5 hours ago")
    assert age_at(made - timedelta(minutes=4)).level is Level.OK
    assert age_at(made - timedelta(minutes=6)).level is Level.WARNING


def test_who_writes_the_index(sound: Path) -> None:
    assert next(index.lock(sound)).found == "none at this moment"
    with write_lock(sound):
        held = next(index.lock(sound))
        assert f"process {os.getpid()} on {socket.gethostname()} since 2" in held.found
        assert "is writing" in held.found
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(sound)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert f"process {holder.pid} on" in next(index.lock(sound)).found
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    left = next(index.lock(sound))
    assert left.found.startswith("none; process ")
    assert "killed" in left.found
    with write_lock(sound):
        pass


def test_a_lock_that_may_not_be_looked_at_is_no_problem(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(index, "_is_held", closed)
    (told,) = index.lock(sound)
    assert (told.level, told.found) == (
        Level.OK,
        "not known, the lock cannot be looked at (Permission denied)",
    )


HOLDER = """
import sys, time
from pathlib import Path
from indexer.disk.lock import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_room_for_the_next_run(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = sum(path.stat().st_size for path in sound.rglob("segments/*/*") if path.is_file())
    usage = shutil.disk_usage(sound)
    for free, level in ((2 * size, Level.OK), (size, Level.WARNING)):
        monkeypatch.setattr(shutil, "disk_usage", lambda path, free=free: usage._replace(free=free))
        assert named(list(index.contents(sound)), "room").level is level


def test_libraries_that_are_absent_or_old(monkeypatch: pytest.MonkeyPatch) -> None:
    real = metadata.version
    for versions, level, name, text in (
        ({"numpy": "1.0"}, Level.PROBLEM, "libraries", "numpy 1.0"),
        ({"faiss-cpu": None}, Level.PROBLEM, "libraries", "faiss-cpu absent"),
        (
            {"rispy": None, "python-docx": None, "bibtexparser": None},
            Level.OK,
            "extra exports",
            "not installed, and optional",
        ),
        ({"rispy": None}, Level.WARNING, "extra exports", "rispy absent"),
    ):

        def version(asked: str, versions: dict[str, str | None] = versions) -> str:
            if asked not in versions:
                return real(asked)
            found = versions[asked]
            if found is None:
                raise metadata.PackageNotFoundError(asked)
            return found

        monkeypatch.setattr(metadata, "version", version)
        found = named(list(program.libraries()), name)
        assert (found.level, text in found.found) == (level, True), found
        assert found.remedy is not None
        assert found.remedy.startswith("pip install")


def test_models(monkeypatch: pytest.MonkeyPatch) -> None:
    assert next(program.encoder()).level is Level.OK, (
        "the packaged weights are others: compute KNOWN_VECTOR of api/doctor/program.py anew"
    )
    monkeypatch.setattr(program, "KNOWN_VECTOR", (0.0, 0.0, 0.0))
    assert next(program.encoder()).level is Level.PROBLEM
    assert next(program.segmenter()).level is Level.OK
    monkeypatch.setattr(program, "KNOWN_WORDS", ["贩"])
    assert next(program.segmenter()).level is Level.PROBLEM


def test_settings_and_where_they_come_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YINZHENG_LOG_LEVEL", "debug")
    monkeypatch.setenv("YINZHENG_PROT", "80")
    monkeypatch.setenv("YINZHENG_TERM_BANK", str(tmp_path / "none.tsv"))
    found = list(service.settings())
    assert named(found, "YINZHENG_LOG_LEVEL").found == "debug (from the environment)"
    assert named(found, "YINZHENG_HOST").found == "127.0.0.1 (the default)"
    assert named(found, "YINZHENG_PROT").level is Level.WARNING
    assert named(found, "YINZHENG_TERM_BANK").level is Level.PROBLEM
    monkeypatch.setenv("YINZHENG_PORT", "eighty")
    assert "YINZHENG_PORT" in named(list(service.settings()), "settings").found
    monkeypatch.setenv("YINZHENG_PORT", "0")
    monkeypatch.setenv("YINZHENG_HOST", "0.0.0.0")
    assert "there is no key file" in named(list(service.settings()), "settings").found


def test_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda kind: (256, 256))
    assert "ulimit -n 1024" in str(next(machine.open_files()).remedy)
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (resource.RLIM_INFINITY,) * 2)
    assert next(machine.open_files()).level is Level.OK
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    assert next(machine.file_names()).level is Level.WARNING


def test_libreoffice_is_looked_for_where_the_reader_of_files_finds_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Which has no PATH: one that stands on the PATH alone would be promised and not be found."""
    from corpus.formats.word import doc

    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.setattr(doc, "PLACES", str(tmp_path / "empty"))
    absent = next(machine.legacy_word())
    assert (absent.level, "install LibreOffice" in str(absent.remedy)) == (Level.OK, True)
    assert absent.found.startswith(f"not in {tmp_path / 'empty'}")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setattr(doc, "PLACES", str(program.parent))
    assert next(machine.legacy_word()).found == str(program)


def test_a_check_that_breaks_is_a_problem_and_the_others_are_still_made() -> None:
    def broken() -> Iterator[Finding]:
        yield finding.fine(Area.MACHINE, "x", "y")
        raise RuntimeError("no idea")

    (found,) = finding.look(Area.MACHINE, "x", broken)
    assert (found.level, found.found) == (Level.PROBLEM, "RuntimeError: no idea")


def test_what_the_findings_come_to() -> None:
    def code(*areas: Area) -> int:
        return examine.exit_code([finding.problem(area, "x", "y", "z", "w") for area in areas])

    assert (code(), code(Area.MACHINE), code(Area.INDEX), code(Area.MACHINE, Area.INDEX)) == (0, 2, 3, 3)
    assert examine.exit_code([finding.warning(Area.INDEX, "x", "y", "z", "w")]) == 0
