"""The documentation is executed: every command is described, and every command described runs."""

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
# A service runs until it is stopped; its own tests start it.
NOT_RUN = frozenset({"serve"})


def readme(name: str) -> str:
    """The text; while the file does not exist, nothing can be said about it."""
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{name} does not exist yet; once it does, this test decides")
    return path.read_text(encoding="utf-8")


def subcommands() -> list[str]:
    if importlib.util.find_spec("api.cli") is None:
        pytest.skip("api.cli does not exist yet; once it does, this test decides")
    from api.cli import app

    command = typer.main.get_command(app)
    return sorted(command.commands)  # type: ignore[attr-defined]  # a group, because it has sub-commands


def commands(text: str) -> list[str]:
    """Lines of ```sh and ```console blocks that start with `yinzheng`, comments and prompts dropped."""
    found = []
    for language, block in FENCE.findall(text):
        if language in {"sh", "console", "bash", "shell"}:
            lines = block.replace("\\\n", " ").splitlines()
            found += [line.strip().removeprefix("$ ") for line in lines]
    return [line for line in found if line.split(" ")[0] == "yinzheng"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory as the README's reader has it: the samples, an index over them, questions."""
    place = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "corpus/samples", place / "corpus/samples")
    shutil.copytree(ROOT / "tests/data", place / "tests/data")
    done = run("yinzheng index corpus/samples", place)
    assert done.returncode == 0, done.stderr
    shutil.copytree(place / ".yinzheng", place / ".yinzheng-demo")
    return place


def run(line: str, place: Path) -> subprocess.CompletedProcess[str]:
    words = shlex.split(line, comments=True)
    assert words[0] == "yinzheng"
    code = "import sys; sys.argv[0] = 'yinzheng'; from api.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *words[1:]],
        cwd=place,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(place), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", READMES)
def test_every_subcommand_is_described(name: str) -> None:
    text = readme(name)
    names = subcommands()
    assert {"index", "search", "show", "serve", "verify"} <= set(names)
    assert [command for command in names if not re.search(rf"\byinzheng {command}\b", text)] == []


@pytest.mark.parametrize("name", READMES)
def test_only_subcommands_that_exist_are_described(name: str) -> None:
    assert {line.split()[1] for line in commands(readme(name))} <= {*subcommands(), "--help", "--version"}


@pytest.mark.parametrize("name", READMES)
def test_commands_of_the_readme_run(name: str, request: pytest.FixtureRequest) -> None:
    lines = [line for line in commands(readme(name)) if line.split()[1] not in NOT_RUN]
    assert lines, f"{name} shows no command in a fenced sh or console block"
    place: Path = request.getfixturevalue("folder")
    for line in lines:
        done = run(line, place)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("name", READMES)
def test_make_targets_of_the_readme_exist(name: str) -> None:
    text = readme(name)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    mentioned = set(re.findall(r"`make ([\w-]+)|^make ([\w-]+)", text, re.MULTILINE))
    targets = {a or b for a, b in mentioned}
    assert {"demo", "test"} <= targets
    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
    assert re.search(r"^make test$", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)


def test_commands_are_found_as_they_are_written() -> None:
    text = (
        "```console\n$ yinzheng search '押金' \\\n  -k 3\n1. …\n```\n```python\nyinzheng\n```\nyinzheng no\n"
    )
    assert [shlex.split(line) for line in commands(text)] == [["yinzheng", "search", "押金", "-k", "3"]]
