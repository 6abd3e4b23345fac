"""Opening an index runs nothing that lies in it, and no source of ours knows a way to."""

import ast
import pickle
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.build import build
from indexer.care.verify import verify
from indexer.errors import IndexingError
from indexer.snapshot import open_snapshot
from tests.fault_cases import Case, ReadersHere, state
from tests.indexer_fakes import CountingEncoder, SplitSegmenter, write_reports
from tests.segment_support import sign

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "models", "indexer", "search", "api")
# Each of them runs, or can be made to run, what lies in a file.
MODULES = frozenset(
    {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "runpy"}
)
CALLS = frozenset({"eval", "exec", "compile", "__import__"})
ATTRIBUTES = frozenset(
    {"enable_load_extension", "load_extension", "system", "popen", "unsafe_load", "full_load"}
)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("indexer.merge.Readers", ReadersHere)
    monkeypatch.setattr("os.fsync", lambda descriptor: None)  # nothing here is about power
    write_reports(tmp_path / "reports")
    build([tmp_path / "reports"], tmp_path / "index", CountingEncoder(), SplitSegmenter())
    return tmp_path / "index"


class Planted:
    """Unpickled, it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return (Path.touch, (self.mark,))


def use(index: Path) -> None:
    """Everything that reads an index, as far as it lets itself be read."""
    for act in (
        lambda: open_snapshot(index).close(),
        lambda: open_snapshot(index, check=True).close(),
        lambda: verify(index),
        lambda: build([index.parent / "reports"], index, CountingEncoder(), SplitSegmenter("other")),
    ):
        try:
            act()
        except IndexingError:
            continue


@pytest.mark.parametrize("signed", [False, True], ids=["as damage", "with true checksums"])
def test_a_planted_pickle_never_runs(index: Path, tmp_path: Path, signed: bool) -> None:
    mark = tmp_path / "mark"
    payloads = [pickle.dumps(Planted(mark))]
    np.save(tmp_path / "objects.npy", np.array([Planted(mark)], object), allow_pickle=True)
    payloads.append((tmp_path / "objects.npy").read_bytes())
    files = sorted(path.relative_to(index) for path in index.rglob("*") if path.is_file())
    for number, name in enumerate(files):
        copy = Path(shutil.copytree(index, tmp_path / "copy"))
        (copy / name).write_bytes(payloads[(number + signed) % 2])
        if signed and name.parts[0] == "segments":
            sign(copy)
        use(copy)
        assert not mark.exists(), name
        shutil.rmtree(copy)
    pickle.loads(payloads[0])
    assert mark.exists(), "the pickle leaves no mark: the test could not fail"


def test_a_cache_with_a_trigger_is_begun_anew(index: Path) -> None:
    case = Case("cache", index, index.parent / "reports", encoder="other")
    cache = index / "cache" / "vectors.sqlite3"
    connection = sqlite3.connect(cache)
    connection.executescript(
        "CREATE TRIGGER t AFTER INSERT ON vectors BEGIN UPDATE vectors SET vector = zeroblob(96); END"
    )
    connection.close()
    case.run(index)
    after = state(index)
    connection = sqlite3.connect(cache)
    assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'").fetchone() == (0,)
    connection.close()
    shutil.rmtree(index)
    case.run(index)
    assert state(index) == after


def dangers(source: str) -> Iterator[str]:
    """What in a source could run what it reads."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").split(".")[0] in MODULES:
                yield str(node.module)
        elif isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            yield node.attr
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if name in CALLS:
                yield name
            if isinstance(owner, ast.Name) and (owner.id, node.func.attr) == ("yaml", "load"):  # type: ignore[attr-defined]  # owner is set for attributes only
                yield "yaml.load"
            for option in node.keywords:
                told = isinstance(option.value, ast.Constant) and option.value.value
                if told is True and option.arg in {"allow_pickle", "trust_remote_code", "shell"}:
                    yield f"{option.arg}=True"
                if told is False and option.arg == "weights_only":
                    yield "weights_only=False"


def test_no_source_runs_what_it_reads() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if (names := list(dangers(path.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import pickle", "pickle"),
        ("def f():\n    from joblib import load", "joblib"),
        ("eval('1')", "eval"),
        ("c.enable_load_extension(True)", "enable_load_extension"),
        ("np.load(p, allow_pickle=True)", "allow_pickle=True"),
        ("yaml.load(t)", "yaml.load"),
        ("torch.load(p, weights_only=False)", "weights_only=False"),
    ],
)
def test_the_scan_sees_them(source: str, name: str) -> None:
    assert list(dangers(source)) == [name]
    assert list(dangers("re.compile('x'); np.load(p); yaml.safe_load(t); model.eval()")) == []
