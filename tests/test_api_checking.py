"""Citations of pasted texts against a golden table over the samples; and quotations by themselves."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.service.app import create_app
from corpus.types import Span, UnitKind
from search.library import Library, open_library
from search.library.checked_citations import resolve_citations
from search.references.quotations import attach, find_quotations, holds, sentences
from search.unit_key import UnitKey
from tests.api_support import ROOT, build_samples, one_object, yinzheng
from tests.search_library import name

GOLDEN = [
    json.loads(line)
    for line in (ROOT / "tests/data/checked_citations.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("checking"))


@pytest.fixture(scope="module")
def library(index: Path) -> Iterator[Library]:
    opened = open_library(index)
    yield opened
    opened.close()


def short(library: Library, unit: dict[str, Any]) -> str:
    key = UnitKey(unit["document"], UnitKind(unit["kind"]), unit["number"], unit.get("part"))
    item = f"({unit['item']})" if unit["item"] else ""
    return name(library.find(key).unit) + item


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["about"])
def test_golden(library: Library, case: dict[str, Any]) -> None:
    answer = resolve_citations(library, case["text"])
    found = answer["citations"]
    shown = [[c["text"], c["status"], [short(library, unit) for unit in c["units"]]] for c in found]
    assert shown == case["citations"]
    for citation in found:
        assert answer["text"][slice(*citation["span"])] == citation["text"]
        for quote in citation["quotes"]:
            assert answer["text"][slice(*quote["span"])] == quote["text"]
    elsewhere = [place for c in found for quote in c["quotes"] for place in quote["stands_in"]]
    if "stands_in" in case:
        assert len(elsewhere) >= len(case["stands_in"])
        assert all(any(place.endswith(end) for place in elsewhere) for end in case["stands_in"])
    else:
        assert elsewhere == []
    assert [number for c in found for number in c["missing"]] == case.get("missing", [])


def test_the_table_is_large_and_has_every_status() -> None:
    assert len(GOLDEN) >= 25
    statuses = [citation[1] for case in GOLDEN for citation in case["citations"]]
    assert all(statuses.count(each) >= 8 for each in ("exists", "exists_but_differs", "not_found"))


def test_the_words_of_every_unit_exist_and_one_changed_character_differs(library: Library) -> None:
    for place in [one for one in library.places() if one.unit.number % 5 == 0]:
        words = place.text[:60].replace("“", "").replace("”", "")
        if words != place.text[:60] or place.unit.kind is UnitKind.BLOCK:
            continue
        for quoted, status in ((words, "exists"), (words[:30] + "〇" + words[31:], "exists_but_differs")):
            text = f"“{quoted}”（{library.citation(place)}）"
            statuses = [one["status"] for one in resolve_citations(library, text)["citations"]]
            assert statuses[-1] == status, text


def test_a_long_text_is_checked_sentence_by_sentence(library: Library) -> None:
    text = "".join(f"2031年会议建议{n % 15}规定“数据”。" for n in range(1, 600))
    statuses = [c["status"] for c in resolve_citations(library, text)["citations"]]
    assert len(statuses) == 599
    assert statuses.count("not_found") == len([n for n in range(1, 600) if n % 15 in (0, 13, 14)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。乙！丙", ["甲。", "乙！", "丙"]),
        ("建议7说：“甲。”建议8说“乙”。", ["建议7说：“甲。”", "建议8说“乙”。"]),
        ("“甲。乙。”（建议7）丙。", ["“甲。乙。”（建议7）丙。"]),
        ("“甲。”——建议7。", ["“甲。”——建议7。"]),
        ("“甲。”，见建议7。", ["“甲。”，见建议7。"]),
        ("甲。（建议7）乙。", ["甲。（建议7）乙。"]),
        (" 甲。 乙 ", ["甲。", "乙"]),
        ("", []),
        ("“甲。", ["“甲。"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text("甲乙。！“”（）—， ", max_size=30))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    spans = list(sentences(text))
    assert "".join("".join(text[start:end] for start, end in spans).split()) == "".join(text.split())
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("①说“甲”，②说“乙”", [0, 1]),
        ("“甲”（①），“乙”（②）", [0, 1]),
        ("①：“甲”、“乙”", [0, 0]),
        ("“甲”和“乙”见①", [0, 0]),
        ("与①不同，“甲”（②）", [1]),
        ("①说“甲”，并说“乙”，见②", [0, 1]),
        ("①要求“甲”，见②", [0]),
        ("①和②规定：“甲”", [1]),
        ("“甲”", [None]),
    ],
)
def test_quotations_go_to_their_citations(text: str, owners: list[int | None]) -> None:
    places = [Span(at, at + 1) for at, character in enumerate(text) if character in "①②"]
    assert attach(text, find_quotations(text), places) == owners


@pytest.mark.parametrize(
    ("text", "quoted", "held"),
    [
        ("缔约方应公布数据，并注明来源。", "应公布数据", True),
        ("缔约方应\n公布 数据", "应公布数据", True),
        ("缔约方应公布数据", "應公佈數據", True),
        ("⼯作组随着3–4项", "工作组隨著3-4項", True),
        ("ＷＧ．４", "WG.4", True),
        ("缔约方应公布数据，并注明来源。", "应公布……注明来源，", True),
        ("缔约方应公布数据，并注明来源。", "注明来源……应公布", False),
        ("缔约方应公布数据", "。", False),
        ("缔约方应公布数据", "……", False),
        ("他说……好", "说……好", True),
        ("数据；", "数据。", True),
        ("数据", "，数据", False),
    ],
)
def test_words_are_held_but_for_white_space_and_what_folding_makes_one(
    text: str, quoted: str, held: bool
) -> None:
    assert holds(text, quoted) == held


def test_http_and_command_line_give_the_same(index: Path, library: Library) -> None:
    text = "2031年会议建议8要求“付费使用”，见2019年会议建议7。"
    expected = resolve_citations(library, text)
    with TestClient(create_app(index)) as client:
        assert client.get("/v1/citations/resolve", params={"text": text}).json() == expected
    done = yinzheng("resolve", text, "--index", index, "--json")
    assert one_object(done) == expected
    assert done.returncode == 1
    piped = yinzheng("resolve", "-", "--index", index, stdin="见2031年会议建议8。")
    assert piped.returncode == 0
    assert piped.stdout.splitlines()[0] == "存在：2031年会议建议8"
    assert "缔约方应允许研究机构" in piped.stdout


def test_people_read_what_is_wrong(index: Path) -> None:
    text = "2031年会议建议9要求“免费使用经过质量控制的监测数据”，见2019年会议建议7和2031年会议建议11至13。"
    lines = yinzheng("resolve", text, "--index", index).stdout.splitlines()
    assert "存在，但引文不符：2031年会议建议9" in lines
    assert "   不见于所引单元：“免费使用经过质量控制的监测数据”" in lines
    assert any(line.startswith("   见于：《2031年5月19日") and line.endswith("建议8") for line in lines)
    assert "本索引中没有：2019年会议建议7" in lines
    assert "   缺：13" in lines
    empty = yinzheng("resolve", "押金", "--index", index)
    assert (empty.returncode, "cites nothing" in empty.stderr) == (1, True)
    assert yinzheng("resolve", " ", "--index", index).returncode == 2


SEEDED = [
    ("2019年会议建议17规定“工作组应在今后的会议上将下列议题作为优先事项处理”。", "exists"),
    ("2019年会议建议18规定“工作组应在今后的会议上将下列议题作为优先事项处理”。", "exists_but_differs"),
    ("2022年会议建议17规定“工作组应在今后的会议上将下列议题作为优先事项处理”。", "not_found"),
    ("2018年会议建议17规定“工作组应在今后的会议上将下列议题作为优先事项处理”。", "not_found"),
    ("“缔约国应考虑制定用以规划和实施国家协调或转介机制的工具包。”（2019年会议建议2）", "exists"),
    ("“缔约国应制定用以规划和实施国家协调或转介机制的工具包。”（2019年会议建议2）", "exists_but_differs"),
]


def test_citations_of_the_seeds(tmp_path: Path) -> None:
    seeds = ROOT.parent / "shared" / "seeds"
    if not seeds.exists():
        pytest.skip("the seed documents are not here")
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    build([seeds], tmp_path, load_encoder("hash"), Segmenter())
    seeded = open_library(tmp_path)
    found = [[one["status"] for one in resolve_citations(seeded, text)["citations"]] for text, _ in SEEDED]
    seeded.close()
    assert found == [[status] for _, status in SEEDED]
