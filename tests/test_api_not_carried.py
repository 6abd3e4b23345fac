"""What is cited and carried by no document, against a scan of the texts and the sentences of the samples."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from corpus.citations.find import find_citations
from corpus.citations.names import short_names_of
from search.library import Library, open_library
from search.library.not_carried import not_carried
from tests.api_support import SAMPLES, build_samples, one_object, yinzheng

KINDS = ("symbol:", "resolution:", "decision:", "article:")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("carried"))


@pytest.fixture(scope="module")
def library(index: Path) -> Iterator[Library]:
    opened = open_library(index)
    yield opened
    opened.close()


def test_all_that_a_scan_finds_is_listed_with_its_first_place(library: Library) -> None:
    places: dict[str, list[tuple[int, int, int, str]]] = defaultdict(list)
    for document in library.snapshot.documents:
        loaded = library.snapshot.documents.load(document.id)
        names = short_names_of(loaded.source[: loaded.units[0].span.start])
        for row, unit in enumerate(loaded.units, document.first_row):
            for citation in find_citations(unit.text, names):
                if citation.key.startswith(KINDS):
                    places[citation.key].append((row, *citation.span, citation.raw))
    assert not any(key == "symbol:RIV/COP/2032/5" for key in places)  # the one carried is not cited here
    listed = {one["key"]: one for one in not_carried(library)["unresolved"]}
    assert listed.keys() == places.keys()
    for key, one in listed.items():
        row, start, end, raw = min(places[key])
        assert (one["text"], one["place"]) == (raw, [start, end])
        assert one["first"]["text"][start:end] == raw
        assert (one["first"]["document"], one["first"]["number"]) == (
            library.at(row).unit.document,
            library.at(row).unit.number,
        )
        assert one["units"] == len(library.snapshot.citing.rows(key))
        assert one["units"] >= len({place[0] for place in places[key]})


def test_the_most_cited_come_first_and_known_ones_are_there(library: Library) -> None:
    answer = not_carried(library)["unresolved"]
    order = [(-one["units"], one["key"]) for one in answer]
    assert order == sorted(order)
    keys = {one["key"]: one["units"] for one in answer}
    assert keys["symbol:RIV/COP/WG.2/2031/CRP.1"] == 3  # 第25段, 第37段, and 第9段 of the other report
    assert keys["resolution:COP:5/2"] == keys["resolution:?:5/2"] == 1  # 根据第5/2号决议 does not say whose
    assert keys["resolution:GA:85/117"] == 1


def test_what_a_document_carries_is_not_listed(tmp_path: Path) -> None:
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    folder = tmp_path / "documents"
    folder.mkdir()
    texts = {
        "report": (
            "",
            "1. 见A/RES/77/236、A/77/10、A/77/11和《联合国海洋法公约》第9条。\n2. 见《联合国海洋法公约》第3条第1款。\n",
        ),
        "resolution": ('symbol = "A/RES/77/236"\n', "1. 回顾大会第77/236号决议。\n"),
        "law": ('title = "联合国海洋法公约"\nsymbol = "A/77/10"\n', "1. 缔约国应合作。\n"),
    }
    for name, (metadata, text) in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        (folder / f"{name}.toml").write_text(metadata, encoding="utf-8")
    build([folder], tmp_path / "i", load_encoder("hash"), Segmenter())
    opened = open_library(tmp_path / "i")
    assert [(one["key"], one["units"]) for one in not_carried(opened)["unresolved"]] == [
        ("symbol:A/77/11", 1)
    ]
    opened.close()


def test_the_command_and_http_give_the_same(index: Path, library: Library) -> None:
    expected = not_carried(library)
    assert one_object(yinzheng("cited-by", "--unresolved", "--index", index, "--json")) == expected
    with TestClient(create_app(index)) as client:
        assert client.get("/v1/citations/unresolved").json() == expected
    lines = yinzheng("cited-by", "--unresolved", "--index", index).stdout.splitlines()
    assert len(lines) == 2 * len(expected["unresolved"])
    assert "文号 RIV/COP/WG.2/2031/CRP.1" in lines
    assert lines[lines.index("文号 RIV/COP/WG.2/2031/CRP.1") + 1].startswith(
        "   引用单元 3 个，首见于《2031年"
    )


@pytest.mark.parametrize("arguments", [[], ["RIV/COP/2032/5", "--unresolved"]])
def test_a_reference_or_the_list_is_asked_for(index: Path, arguments: list[str]) -> None:
    done = yinzheng("cited-by", *arguments, "--index", index)
    assert done.returncode == 2
    assert "either REF or --unresolved" in done.stderr


def test_units_that_cite_are_written_as_files(index: Path, tmp_path: Path) -> None:
    symbol = "RIV/COP/WG.2/2031/2"
    units = one_object(yinzheng("cited-by", symbol, "--index", index, "--json"))["units"]
    done = yinzheng("cited-by", symbol, "--index", index, "--output", tmp_path / "citing.csv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "citing.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["citation"] for row in rows] == [unit["citation"] for unit in units]
    assert len(rows) >= 2
    refused = yinzheng("cited-by", "--unresolved", "--index", index, "--format", "csv")
    assert refused.returncode == 2


def test_samples_are_those_read_by_a_person() -> None:
    assert "RIV/COP/WG.2/2031/CRP.1" in (SAMPLES / "meeting-report-2031.md").read_text(encoding="utf-8")
