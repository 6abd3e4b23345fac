"""A user's own term bank, from the file to the hits of an opened library."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.service.settings import load_settings
from indexer.build import build
from models.encoders.registry import load_encoder
from models.segmenter import Segmenter
from search.errors import BadTermBank
from search.library import open_library
from search.query import Query
from tests.search_library import SAMPLES


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    build([SAMPLES], folder, load_encoder("hash"), Segmenter())
    return folder


def variants(index: Path, bank: Path | None) -> set[str]:
    library = open_library(index, term_bank=bank)
    try:
        return {shown for hit in library.searcher.search(Query("退瓶钱")).hits for shown in hit.why.variants}
    finally:
        library.close()


def test_a_changed_bank_counts_without_indexing_again(index: Path, tmp_path: Path) -> None:
    bank = tmp_path / "own.tsv"
    bank.write_text("押金\t容器押金\t退瓶钱\t\n", encoding="utf-8")
    assert "押金" in variants(index, bank)
    bank.write_text("退还率\t\t退瓶钱\t\n", encoding="utf-8")
    assert variants(index, bank) == {"退还率"}
    assert variants(index, None) == set()


def test_a_bank_that_cannot_be_read_stops_the_opening(index: Path, tmp_path: Path) -> None:
    with pytest.raises(BadTermBank, match="cannot be read"):
        open_library(index, term_bank=tmp_path / "missing.tsv")


def test_the_command_line_takes_a_bank_by_option_and_by_environment(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = tmp_path / "own.tsv"
    bank.write_text("押金\t容器押金\t退瓶钱\t\n", encoding="utf-8")
    asked = ["search", "退瓶钱", "--index", str(index), "--json"]
    assert shown(*asked) == set()
    assert shown(*asked, "--term-bank", str(bank)) == {"押金"}
    monkeypatch.setenv("YINZHENG_TERM_BANK", str(bank))
    assert shown(*asked) == {"押金"}
    assert load_settings().term_bank == bank


def shown(*arguments: str) -> set[str]:
    done = CliRunner().invoke(app, [*arguments])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    return {variant for hit in answer["hits"] for variant in hit["why"]["variants"]}
