"""Rooms: how many files a folder holds, that each says what it is for, and that no imports go in a circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "models", "indexer", "search", "api")
MOST_FILES = 15


def rooms() -> list[Path]:
    """Every folder of code, as a path below the root."""
    return sorted(
        {file.parent.relative_to(ROOT) for name in PACKAGES for file in (ROOT / name).rglob("*.py")}
    )


def imports() -> dict[str, set[str]]:
    """Each module and the modules of ours that it imports, inside functions and for types too."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for name in PACKAGES
        for path in (ROOT / name).rglob("*.py")
    }
    graph: dict[str, set[str]] = {}
    for module, path in files.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                deeper = {f"{node.module}.{alias.name}" for alias in node.names} & files.keys()
                named.update(deeper or {node.module})
        graph[module] = (named & files.keys()) - {module}
    return graph


@pytest.mark.parametrize("room", rooms(), ids=str)
def test_a_room_is_small_and_says_what_it_is_for(room: Path) -> None:
    held = [file for file in (ROOT / room).glob("*.py") if file.name not in {"__init__.py", "__main__.py"}]
    assert len(held) <= MOST_FILES, f"{room} holds {len(held)} files; open a room in it"
    readme = ROOT / room / "README.md"
    assert readme.is_file(), f"{room} has no README.md"
    assert str(room) in readme.read_text(encoding="utf-8").splitlines()[0]


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    own = [room for room in rooms() if len(room.parts) == 2]
    assert [str(room) for room in own if f"`{room.as_posix()}/" not in text] == []


def test_no_imports_go_in_a_circle() -> None:
    graph = imports()
    assert len(graph) > 300
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(error.args[1]))


def test_a_circle_would_be_found() -> None:
    with pytest.raises(CycleError):
        tuple(TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())
