"""What the Dockerfile does, done here: the wheel, an installation of it, its command and its health check."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy_support import ROOT, stages
from tests.test_deploy_files import ignored

TREE = ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "corpus", "models", "indexer", "search", "api")


def of_final_stage(name: str) -> str:
    return next(value for instruction, value in stages()[-1] if instruction == name)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel alone; libraries come from the one that runs the tests."""
    place = tmp_path_factory.mktemp("image")
    (place / "src").mkdir()
    skipped = shutil.ignore_patterns("__pycache__")
    for name in TREE:
        assert not ignored(name)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / "src" / name, ignore=skipped)
        else:
            shutil.copy(ROOT / name, place / "src" / name)
    environment = place / "opt"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin/python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", str(place / "src")], check=True, timeout=300)
    shutil.rmtree(place / "src")
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    libraries = environment / "lib" / version / "site-packages" / "libraries.pth"
    libraries.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    for path in [environment, *environment.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    return environment


@pytest.fixture
def variables(installed: Path, tmp_path: Path) -> dict[str, str]:
    """The image's environment, with this place's folders and a free port."""
    import socket

    declared = dict(pair.split("=", 1) for pair in of_final_stage("ENV").split())
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    (tmp_path / "tmp").mkdir()
    changed = {
        "PATH": f"{installed / 'bin'}:/usr/bin:/bin",
        "YINZHENG_INDEX": str(tmp_path / "index"),
        "YINZHENG_PORT": port,
        "TMPDIR": str(tmp_path / "tmp"),
    }
    assert changed.keys() - declared.keys() == {"TMPDIR"}
    return {**declared, **changed}


def files(place: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}


@pytest.fixture
def serving(variables: dict[str, str], tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    keys = tmp_path / "keys.jsonl"
    run(variables, "key", "new", "--scope", "read", "--name", "test", "--keys", str(keys))
    words = [*json.loads(of_final_stage("ENTRYPOINT")), *json.loads(of_final_stage("CMD"))]
    program = shutil.which(words[0], path=variables["PATH"])
    assert program is not None
    process = subprocess.Popen(
        [program, *words[1:]],
        # Behind a proxy, as deploy/README.md says; the health check asks for 127.0.0.1 all the same.
        env={**variables, "YINZHENG_KEYS": str(keys), "YINZHENG_ALLOWED_HOSTS": "library.example"},
        cwd="/",
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def run(variables: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    program = Path(variables["PATH"].partition(":")[0]) / "yinzheng"
    return subprocess.run(
        [program, *words], env=variables, cwd="/", capture_output=True, text=True, check=True, timeout=120
    )


def healthy(variables: dict[str, str]) -> bool:
    words = json.loads(re.sub(r"^.*?CMD ", "", of_final_stage("HEALTHCHECK")))
    program = str(Path(variables["PATH"].partition(":")[0]) / words[0])
    done = subprocess.run([program, *words[1:]], env=variables, capture_output=True, timeout=30, check=False)
    return done.returncode == 0


def test_the_steps_of_the_image_give_a_service(
    installed: Path, variables: dict[str, str], request: pytest.FixtureRequest
) -> None:
    before = files(installed)
    where = subprocess.run(
        [installed / "bin/python", "-c", "import api, models; print(api.__file__, models.__file__)"],
        env=variables,
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(path.startswith(str(installed)) for path in where.stdout.split())
    run(variables, "index", run(variables, "sample").stdout.strip())
    index = Path(variables["YINZHENG_INDEX"])
    indexed = files(index)
    assert not healthy(variables), "nothing listens yet"
    process: subprocess.Popen[str] = request.getfixturevalue("serving")
    deadline = time.monotonic() + 60
    while not healthy(variables):
        assert process.poll() is None, process.stderr and process.stderr.read()
        assert time.monotonic() < deadline
    process.terminate()
    started = time.monotonic()
    assert process.wait(25) == 0
    assert time.monotonic() - started < 20
    assert not healthy(variables)
    assert files(installed) == before, "the program has written into its own folder"
    assert files(index) == indexed, "the service has written into the index"
    assert list(Path(variables["TMPDIR"]).iterdir()) == [], "temporary files are left"
    assert os.access(index, os.R_OK)
