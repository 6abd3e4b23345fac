"""The documentation is executed: every command is described, and every command described runs and prints what is shown."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer.main

from tests.api_support import yinzheng

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
DOCS = {
    "English": ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))),
    "Chinese": (
        "README.zh-CN.md",
        *sorted(f"docs/zh/{path.name}" for path in (ROOT / "docs/zh").glob("*.md")),
    ),
}
ALL_DOCS = tuple(name for names in DOCS.values() for name in names)
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
# What differs from run to run or with the packaged weights: how long it took, the digest of the index, the place.
CHANGING = (
    (re.compile(r"/\S*/(?=corpus/samples/)"), ""),
    (re.compile(r"\d+\.\d 秒"), "N 秒"),
    (re.compile(r"\b(\d+)-[0-9a-f]{6}\b"), r"\1-x"),
)
# A server runs until it is stopped; its own tests start it.
NOT_RUN = frozenset({"serve", "mcp"})


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def subcommands() -> list[str]:
    from api.cli import app

    command = typer.main.get_command(app)
    return sorted(command.commands)  # type: ignore[attr-defined]  # a group, because it has sub-commands


def shown(text: str) -> list[tuple[str, list[str]]]:
    """Commands of ```sh and ```console blocks that start with `yinzheng`, each with the lines shown below it.

    Example: "$ yinzheng sample\n/place" gives `("yinzheng sample", ["/place"])`
    """
    found: list[tuple[str, list[str]]] = []
    for language, block in FENCE.findall(text):
        if language not in {"sh", "console", "bash", "shell"}:
            continue
        command = False
        for line in block.replace("\\\n", " ").splitlines():
            prompted = line.startswith("$ ") if language == "console" else True
            if prompted:
                command = line.removeprefix("$ ").strip().split(" ")[0] == "yinzheng"
                if command:
                    found.append((line.removeprefix("$ ").strip(), []))
            elif command and line.strip():
                found[-1][1].append(line.rstrip())
    return found


def commands(text: str) -> list[str]:
    return [line for line, _ in shown(text)]


def as_printed(text: str) -> list[str]:
    """Lines without what changes from run to run."""
    for pattern, instead in CHANGING:
        text = pattern.sub(instead, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def problem_of(line: str, expected: list[str], place: Path) -> str | None:
    """Run a command as it is written; None where it ends well and prints what is shown."""
    done = yinzheng(*shlex.split(line, comments=True)[1:], cwd=place, HOME=str(place))
    if done.returncode != 0:
        return f"{line}: exit code {done.returncode}\n{done.stderr}"
    printed = as_printed(done.stderr + done.stdout)
    if expected and printed != as_printed("\n".join(expected)):
        return f"{line}: prints\n" + "\n".join(printed)
    return None


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory as a reader of the documents has it: the samples and the questions."""
    place = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "corpus/samples", place / "corpus/samples")
    shutil.copytree(
        ROOT / "tests/data",
        place / "tests/data",
        ignore=shutil.ignore_patterns("index-*", "kinds", "goldens"),
    )
    return place


@pytest.mark.parametrize("language", DOCS)
def test_every_subcommand_is_described(language: str) -> None:
    text = "\n".join(read(name) for name in DOCS[language])
    names = subcommands()
    assert {"index", "search", "show", "serve", "verify"} <= set(names)
    assert [command for command in names if not re.search(rf"\byinzheng {command}\b", text)] == []


@pytest.mark.parametrize("name", ALL_DOCS)
def test_only_subcommands_that_exist_are_described(name: str) -> None:
    assert {line.split()[1] for line in commands(read(name))} <= {*subcommands(), "--help", "--version"}


def test_commands_run_and_print_what_is_shown(place: Path) -> None:
    """The union of all commands, each once; the README's own first, which begin with `index`."""
    union: dict[str, list[str]] = {}
    for name in ALL_DOCS:
        for line, expected in shown(read(name)):
            key = shlex.join(shlex.split(line, comments=True))
            union[key] = union.get(key) or expected
    lines = {line: expected for line, expected in union.items() if line.split()[1] not in NOT_RUN}
    assert next(iter(lines)).startswith("yinzheng index")
    assert sum(1 for expected in lines.values() if expected) >= 4
    problems = [problem_of(line, expected, place) for line, expected in lines.items()]
    assert [problem for problem in problems if problem] == []


@pytest.mark.parametrize("name", READMES)
def test_make_targets_of_the_readme_are_those_that_exist(name: str) -> None:
    makefile = read("Makefile")
    mentioned = {a or b for a, b in re.findall(r"`make ([\w-]+)|^make ([\w-]+)", read(name), re.MULTILINE)}
    exist = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert mentioned == exist - {"help"}
    assert re.search(r"^make test$", read(".ci/run"), re.MULTILINE)


@pytest.mark.parametrize("name", READMES)
def test_the_readme_is_short(name: str) -> None:
    assert (ROOT / name).stat().st_size <= 12_000


@pytest.mark.parametrize("name", [*ALL_DOCS, "ARCHITECTURE.md", "SECURITY.md"])
def test_links_lead_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    assert [link for link in LINK.findall(read(name)) if not (folder / link).exists()] == []


def test_the_places_that_the_architecture_names_exist() -> None:
    named = re.findall(
        r"`((?:corpus|models|indexer|search|api|tests|docs|deploy)/[\w./-]*)`", read("ARCHITECTURE.md")
    )
    assert len(named) > 60
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_decisions_are_short_and_have_a_status() -> None:
    files = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert re.match(r"# (\d{4}) .+\n\nStatus: (accepted|superseded by|rejected)", text), path.name
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert len(text) < 4_000, path.name
    assert len({path.name[:4] for path in files}) == len(files)


def test_both_languages_have_the_same_documents() -> None:
    english, chinese = ({Path(name).name for name in names[1:]} for names in DOCS.values())
    assert english == chinese


def test_what_is_shown_is_compared(place: Path) -> None:
    text = (
        "```console\n$ yinzheng search '押金' \\\n  -k 3\n1. …\n```\n```python\nyinzheng\n```\nyinzheng no\n"
    )
    assert [(shlex.split(line), out) for line, out in shown(text)] == [
        (["yinzheng", "search", "押金", "-k", "3"], ["1. …"])
    ]
    assert problem_of("yinzheng --version", ["0.0.0"], place) is not None
    assert as_printed("索引 7-3f2a9c：1.1 秒\n\n") == ["索引 7-x：N 秒"]
