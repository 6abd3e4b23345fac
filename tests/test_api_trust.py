"""Which encoders an index may name, and how an operator says so."""

from pathlib import Path

import pytest

from api.trust import VARIABLE, remember_encoder, trust_chosen_encoders
from indexer.build import build
from models.encoders import registry
from models.encoders.registry import FAST, load_encoder, load_named
from models.errors import ModelNotFound, UntrustedModel
from models.segmenter import Segmenter
from search.library import open_library
from tests.api_support import yinzheng


@pytest.fixture(autouse=True)
def _nobody_has_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_trusted", set())
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv(VARIABLE, raising=False)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index that names the folder of a model, as one from elsewhere would; nothing is trusted after it."""
    (tmp_path / "a.txt").write_text("一. 导言\n1. 缔约国应当设立监测站。\n2. 押金应当退还。\n", "utf-8")
    build([tmp_path / "a.txt"], tmp_path / "index", load_encoder(str(FAST)), Segmenter())
    registry._trusted.clear()
    return tmp_path / "index"


def test_an_encoder_that_only_the_index_names_is_not_opened(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_load", lambda name: pytest.fail(f"{name} was opened"))
    with pytest.raises(UntrustedModel, match=r"if the index is yours, set YINZHENG_ENCODERS"):
        open_library(index)
    with pytest.raises(UntrustedModel):
        load_named("owner/name")


def test_the_command_line_says_how_to_choose_it(index: Path) -> None:
    refused = yinzheng("search", "押金", "--index", index)
    assert refused.returncode == 3
    assert VARIABLE in refused.stderr
    chosen = {VARIABLE: f"owner/name, {FAST}"}
    assert "押金应当退还" in yinzheng("search", "押金", "--index", index, **chosen).stdout


def test_one_given_to_index_is_remembered_for_the_user(index: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert yinzheng("index", tmp_path / "a.txt", "--index", other, "--encoder", FAST).returncode == 0
    registry._trusted.clear()  # as in another process
    assert "押金应当退还" in yinzheng("search", "押金", "--index", other).stdout
    assert yinzheng("index", tmp_path / "a.txt", "--index", other).returncode == 0


def test_what_this_process_has_loaded_itself_it_may_open(index: Path) -> None:
    load_encoder(str(FAST))
    assert open_library(index).search("押金")["hits"]


def test_a_user_without_a_home_is_told_by_the_variable_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("a file stands where the folder would", "utf-8")
    remember_encoder("owner/name")
    trust_chosen_encoders()
    with pytest.raises(UntrustedModel):
        load_named("owner/name")
    monkeypatch.setenv(VARIABLE, "no such folder")
    trust_chosen_encoders()
    with pytest.raises(ModelNotFound):
        load_named("no such folder")
