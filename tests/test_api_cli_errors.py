"""Wrong usage and bad indexes on the command line: the exit code, and what the message says."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from tests.api_support import SAMPLES, build_samples, yinzheng


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("errors") / "index")


def run(*arguments: object) -> Result:
    result = CliRunner(env={"YINZHENG_INDEX": None}).invoke(app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", ""], "the query is empty"),
        (["search", " \x00\u200b"], "the query is empty"),
        (["search", "长" * 1_000_000], "1,000,000 characters; at most 2,000"),
        (["search", "a\ud800"], "lone surrogate"),
        (["search", "a", "-k", "0"], "k is 0; a whole number from 1 to 1,000"),
        (["search", "a", "-k", "-1"], "k is -1;"),
        (["search", "a", "-k", "1000000000"], "k is 1000000000;"),
        (["search", "a", "-k", "100000000000000000000"], "k is 100000000000000000000;"),
        (["search", "a", "-k", "many"], "-k"),
        (["search", "a", "--kind", "annex"], "annex"),
        (["search", "a", "--mode", "magic"], "magic"),
        (["search", "a", "--document", "nobody"], "no document nobody"),
        (["search"], "expected either one argument or --batch"),
        (["search", "a", "--batch", "b"], "expected either one argument or --batch"),
        (["search", "--batch", "no/such/file"], "cannot be read"),
        (["ask", ""], "the query is empty"),
        (["ask"], "expected either one argument or --batch"),
        (["related", "建议999"], "names no unit"),
        (["related", "2031年会议建议3", "-k", "0"], "k is 0"),
        (["show", ""], "names no unit"),
        (["show", "今天"], "names no unit"),
        (["show", "2031年会议建议3", "--context", "-1"], "--context"),
        (["cited-by", "今天"], "nothing that can be cited"),
        (["eval", "no/such/file"], "cannot be read"),
    ],
)
def test_bad_input_is_exit_code_2(index: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments, "--index", index)
    assert result.exit_code == 2, result.output
    assert message in result.stderr
    assert result.stdout == ""


def test_wrong_usage_is_exit_code_2() -> None:
    assert run("find").exit_code == 2
    assert run("show").exit_code == 2


def test_help_names_every_command() -> None:
    text = run("--help").stdout
    for name in (
        "index",
        "units",
        "documents",
        "search",
        "ask",
        "related",
        "show",
        "cited-by",
        "eval",
        "verify",
    ):
        assert name in text


READERS = [
    ["search", "押金"],
    ["units"],
    ["documents"],
    ["ask", "押金"],
    ["show", "建议3"],
    ["verify"],
    ["serve"],
]


@pytest.mark.parametrize("command", READERS)
def test_a_missing_index_is_exit_code_3(tmp_path: Path, command: list[str]) -> None:
    result = run(*command, "--index", tmp_path / "none")
    assert result.exit_code == 3, result.output
    assert "holds no index" in result.stderr
    assert "yinzheng index" in result.stderr


@pytest.mark.parametrize("command", READERS)
def test_a_damaged_index_is_exit_code_3(tmp_path: Path, index: Path, command: list[str]) -> None:
    shutil.copytree(index, tmp_path / "i")
    store = next((tmp_path / "i").rglob("documents.safetensors"))
    data = bytearray(store.read_bytes())
    data[len(data) // 2] ^= 1
    store.write_bytes(data)
    result = run(*command, "--index", tmp_path / "i")
    assert result.exit_code == 3, result.output
    assert "documents.safetensors" in result.stderr
    assert "Remedy" in result.stderr


def test_verify_tells_every_problem_with_its_remedy(tmp_path: Path, index: Path) -> None:
    """A stray file and two damaged ones: all three are told, by people's output and by JSON."""
    shutil.copytree(index, tmp_path / "i")
    folder = next((tmp_path / "i" / "segments").iterdir())
    stray = f"{folder.name}/stray.idx"
    (folder / "stray.idx").touch()
    for name in ("vectors.safetensors", "units.safetensors"):
        (folder / name).write_bytes((folder / name).read_bytes() + b"\0")
    result = run("verify", "--index", tmp_path / "i")
    assert result.exit_code == 3
    assert result.stdout == ""
    lines = {line.partition(": ")[0]: line for line in result.stderr.splitlines()}
    damaged = {str(folder / "vectors.safetensors"), str(folder / "units.safetensors")}
    assert set(lines) == {*damaged, stray}
    assert all(line.count(". Remedy: ") == 1 for line in lines.values())
    assert lines[stray].endswith("Remedy: remove it.")
    report = json.loads(run("verify", "--index", tmp_path / "i", "--json").stdout)
    assert (report["sound"], report["units"], report["index_version"]) == (False, None, None)
    assert {problem["where"] for problem in report["problems"]} == set(lines)


@pytest.mark.parametrize("name", ["vectors.safetensors", "manifest.json"])
def test_a_damaged_index_is_not_built_upon_and_no_library_reads_it(
    tmp_path: Path, index: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries accept damaged files, or crash on them: the checksum comes before any of them."""
    shutil.copytree(index, tmp_path / "i")
    path = next((tmp_path / "i").rglob(name))
    data = path.read_bytes()
    path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    monkeypatch.setattr("faiss.IndexScalarQuantizer", lambda *_: pytest.fail("vectors were read"))
    result = run("index", SAMPLES, "--index", tmp_path / "i")
    assert result.exit_code == 3, result.output
    assert name in result.stderr
    assert "xxh3" in result.stderr


def test_a_foreign_directory_is_exit_code_3_and_untouched(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    result = run("search", "押金", "--index", tmp_path)
    assert result.exit_code == 3
    assert str(tmp_path) in result.stderr
    built = yinzheng("index", Path(__file__).parents[1] / "corpus/samples", "--index", tmp_path)
    assert built.returncode == 3, built.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize(("version", "word"), [(0, "new directory"), (99, "Upgrade")])
def test_an_index_of_another_version_is_exit_code_3(
    tmp_path: Path, index: Path, version: int, word: str
) -> None:
    shutil.copytree(index, tmp_path / "i")
    current = tmp_path / "i" / "CURRENT"
    fields = json.loads(current.read_text())
    current.write_text(json.dumps({**fields, "format_version": version}))
    result = run("search", "押金", "--index", tmp_path / "i")
    assert result.exit_code == 3, result.output
    assert word in result.stderr


def test_an_index_of_another_encoder_is_exit_code_3(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is the same and the model behind it another, as after an upgrade of the model."""
    from models.encoders.hashing import HashEncoder

    monkeypatch.setattr(HashEncoder, "fingerprint", property(lambda self: "f" * 32), raising=True)
    result = run("search", "押金", "--index", index)
    assert result.exit_code == 3, result.output
    assert "the index was made with encoder hash" in result.stderr
    assert "yinzheng index" in result.stderr


def test_an_unknown_encoder_is_told(tmp_path: Path) -> None:
    result = run("index", tmp_path, "--index", tmp_path / "i", "--encoder", "no such model")
    assert result.exit_code == 2
    assert "no such model" in result.stderr


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    result = run("index", tmp_path / "d", "--index", tmp_path / "i", "--encoder", "hash")
    assert result.exit_code == 2
    assert "no document was found" in result.stderr
