"""Sizes and habits: what would rot slowly if nothing measured it."""

import ast
import io
import re
import statistics
import subprocess
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "models", "indexer", "search", "api")
MARKER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")
BARE_NOQA = re.compile(r"#\s*noqa(?!:)", re.IGNORECASE)
UNTYPED = {"models.training.*", "models.encoders.transformer"}  # those that speak with torch
LOOSER = {"disallow_subclassing_any", "disallow_untyped_calls", "warn_return_any"}
# Written so that this file does not match itself.
PLACES = re.compile(
    r"/[w]ork/|/[h]ome/|/[r]oot/|/[U]sers/|/[o]pt/(?:wheels|pypi)|[p]ypi\.org|[f]iles\.pythonhosted"
    r"|[i]ndex-url\s*=|[m]irrors?\.\w+\.\w+|[d]evpi|[a]rtifactory"
)
TEXT_ENDINGS = frozenset(
    {".py", ".md", ".toml", ".txt", ".tsv", ".jsonl", ".yml", ".yaml", ".json", ".cfg", ""}
)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tracked() -> list[Path]:
    """Files that git knows; where there is no git, those that a release would hold."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip("not a git repository: there is no list of tracked files")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def comments(source: str) -> list[tuple[int, str]]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]


def docstrings(source: str) -> list[tuple[int, str]]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return [(node.body[0].lineno, text) for node in nodes if (text := ast.get_docstring(node, clean=False))]


def long_functions(source: str, limit: int = 50) -> list[tuple[str, int]]:
    """Functions of more lines than `limit`, docstring not counted, with their length."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if ast.get_docstring(node) is not None:
            first = node.body[0]
            length -= (first.end_lineno or first.lineno) - first.lineno + 1
        if length > limit:
            found.append((node.name, length))
    return found


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*PACKAGES)}
    assert {str(path): n for path, n in lengths.items() if n > 400} == {}
    assert statistics.median(lengths.values()) <= 120
    tests = {str(p): n for p in python_files("tests") if (n := len(p.read_text("utf-8").splitlines())) > 400}
    assert tests == {}


def test_functions_are_short() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for path in python_files(*PACKAGES, "tests")
        if ROOT / "tests/data" not in path.parents  # they write data, once
        and (names := long_functions(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_nothing_is_silenced_without_a_code_and_nothing_is_left_for_later() -> None:
    found = []
    for path in python_files(*PACKAGES, "tests"):
        source = path.read_text(encoding="utf-8")
        for line, text in comments(source):
            if BARE_IGNORE.search(text) or BARE_NOQA.search(text) or MARKER.search(text):
                found.append(f"{path.relative_to(ROOT)}:{line}: {text}")
        found += [f"{path.name}:{line}: marker" for line, text in docstrings(source) if MARKER.search(text)]
    for path in [ROOT / "Makefile", ROOT / "pyproject.toml", *ROOT.glob("*.md")]:
        found += [f"{path.name}: {m.group()}" for m in MARKER.finditer(path.read_text(encoding="utf-8"))]
    assert found == []


def test_type_checking_is_strict_everywhere() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert settings["strict"] is True
    assert set(settings["packages"]) == {*PACKAGES, "tests"}
    assert all(pattern.startswith("^tests/") for pattern in settings["exclude"])
    assert not settings.get("ignore_missing_imports")
    assert not settings.get("ignore_errors")
    for override in settings.get("overrides", []):
        modules = [override["module"]] if isinstance(override["module"], str) else override["module"]
        ours = {name for name in modules if name.split(".")[0] in {*PACKAGES, "*"}}
        assert not ours or (ours <= UNTYPED and set(override) - {"module"} <= LOOSER)


def test_no_place_of_one_machine_is_named() -> None:
    found = []
    for path in tracked():
        if path.suffix not in TEXT_ENDINGS or path.stat().st_size > 5_000_000:
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in PLACES.finditer(text)]
    assert found == []


def test_the_checks_themselves_see_violations() -> None:
    body = "\n".join("    x = 1" for _ in range(50))
    assert long_functions(f"def f():\n{body}") == [("f", 51)]
    assert long_functions(f'def f():\n    """Doc\n    string."""\n{body[:-10]}') == []
    assert BARE_IGNORE.search("x  # type: " + "ignore")
    assert not BARE_IGNORE.search("# type: " + "ignore[misc]")
    assert comments("x = '# no'  # yes\n") == [(1, "# yes")]
    assert all(PLACES.search("/".join(parts)) for parts in (("", "work", "x"), ("", "home", "me")))
    assert MARKER.search("TO" + "DO: later")
