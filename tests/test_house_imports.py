"""Folders are promises: who may import whom, read from the source of every file."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "corpus": frozenset({"corpus"}),
    "models": frozenset({"models", "corpus.plain_text"}),
    "indexer": frozenset({"indexer", "corpus", "models"}),
    "search": frozenset({"search", "corpus", "models", "indexer.snapshot", "indexer.errors"}),
    "api": frozenset({"api", "search", "indexer", "corpus", "models"}),
}
ONLY_IN_API = frozenset({"fastapi", "starlette", "granian", "limits", "typer", "click", "pydantic_settings"})
QUIET = "models/encoders/quiet_runtime.py"
"""Sets the one variable by which a library is told to send nothing; the library must not start without it."""

ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that could be meant: `from indexer import snapshot` gives `indexer.snapshot`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            deep = node.module in MAY_IMPORT
            yield from (f"{node.module}.{a.name}" if deep else node.module for a in node.names)


def forbidden_imports(package: str, source: str) -> list[str]:
    """Imports of `source`, a file of `package`, that its folder may not have."""
    allowed = MAY_IMPORT[package]
    found = []
    for name in imported(ast.parse(source)):
        top = name.split(".")[0]
        if top in MAY_IMPORT:
            if top not in allowed and ".".join(name.split(".")[:2]) not in allowed:
                found.append(name)
        elif top in ONLY_IN_API and package != "api":
            found.append(name)
    return found


def environment_uses(source: str) -> list[int]:
    """Lines that read or write environment variables."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT:
            lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            lines.extend(node.lineno for alias in node.names if alias.name in ENVIRONMENT)
    return lines


def files(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_follow_the_direction(package: str) -> None:
    assert files(package)
    found = {
        str(path.relative_to(ROOT)): names
        for path in files(package)
        if (names := forbidden_imports(package, path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize("package", sorted(MAY_IMPORT.keys() - {"api"}))
def test_only_api_reads_the_environment(package: str) -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for path in files(package)
        if (lines := environment_uses(path.read_text(encoding="utf-8")))
    }
    assert len(found.pop(QUIET, [])) == (package == "models")
    assert found == {}


def test_the_runtime_that_reports_is_opened_in_one_place_only() -> None:
    """Whatever starts onnxruntime without `open_onnxruntime` lets it report; the export imports a part of it after."""
    users = {
        str(path.relative_to(ROOT))
        for package in MAY_IMPORT
        for path in files(package)
        if re.search(r"^\s*(?:import|from)\s+onnxruntime\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert users == {QUIET, "models/training/contextual/export.py", "models/training/reader/export.py"}


@pytest.mark.parametrize(
    ("package", "source", "expected"),
    [
        ("corpus", "from models.encoder import Encoder", ["models.encoder"]),
        ("models", "def f():\n    import corpus.types", ["corpus.types"]),
        ("indexer", "from search.query import Query", ["search.query"]),
        ("search", "from indexer.snapshot import Snapshot\nfrom indexer import errors", []),
        ("search", "from indexer.build import build", ["indexer.build"]),
        ("search", "from indexer import build", ["indexer.build"]),
        ("search", "import indexer", ["indexer"]),
        ("search", "import fastapi", ["fastapi"]),
        ("api", "import typer, fastapi, indexer.build", []),
    ],
)
def test_the_check_itself_sees_violations(package: str, source: str, expected: list[str]) -> None:
    assert forbidden_imports(package, source) == expected


def test_the_check_itself_sees_environment_variables() -> None:
    assert environment_uses("import os\nos.environ['A']\nos.getenv('B')\nfrom os import environ") == [4, 2, 3]
