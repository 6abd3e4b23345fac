"""Themes and addressees against golden tables, and against counting by hand."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from corpus.plain_text.folding import fold
from corpus.types import Run, Span, Unit, UnitKind
from search.compilation.addressees import addressee_names, addressees_of
from search.compilation.themes import UNCLASSIFIED, load_themes
from search.errors import BadThemes


def unit(text: str, headings: tuple[str, ...] = (), topics: tuple[str, ...] = ()) -> Unit:
    runs, span = (Run(0, 0, len(text)),), Span(0, len(text))
    return Unit("d", UnitKind.RECOMMENDATION, 1, None, text, runs, span, headings, topics)


@pytest.mark.parametrize(
    ("text", "headings", "topics", "expected"),
    [
        ("缔约国应打击以切除器官为目的的行为。", (), (), ("器官",)),
        ("締約國應打擊以切除器官爲目的的行爲。", (), (), ("器官",)),
        ("缔约国应打击偷运移民活动。", (), (), ("偷运移民",)),
        ("缔约国应注意移民工人。", (), (), ("移民和难民",)),
        ("缔约国应批准《关于预防贩运人口特别是妇女和儿童行为的补充议定书》。", (), (), ()),
        ("缔约国应开展工作。", ("二. 建议", "C. 关于外交和领事官员的建议"), (), ()),
        ("领事官员应开展工作。", ("二. 建议", "C. 关于外交和领事官员的建议"), (), ("领事和外交官员",)),
        ("缔约国应预防此类行为。", ("二. 建议", "A. 预防"), (), ("预防犯罪",)),
        ("缔约国应预防此类行为。", ("二. 预防", "A. 一般性建议"), (), ()),
        ("缔约国应开展工作。", ("二. 外交和领事官员", "A. 一般性建议"), (), ()),
        ("缔约国应开展工作。", (), ("器官", "征聘机构"), ()),
        ("缔约国应就征聘开展工作。", (), ("器官", "征聘机构"), ("征聘",)),
        (
            "缔约国应保护受害人的权利。",
            ("A. 补救、赔偿和法律援助",),
            (),
            ("补救、赔偿和法律援助", "保护和援助"),
        ),
        ("与毒品和犯罪问题办公室合作。", (), (), ()),
        ("今天天气很好。", ("一. 导言",), (), ()),
    ],
)
def test_themes_of_a_unit(
    text: str, headings: tuple[str, ...], topics: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert load_themes().of(unit(text, headings, topics)) == expected


def test_more_terms_come_first_and_every_theme_whose_term_is_printed_holds() -> None:
    text = "器官、供应链、采购、尽职调查、培训、讲习班、儿童"
    found = load_themes().of(unit(text))
    assert found[:2] == ("供应链和公共采购", "培训和能力建设")
    assert found[2:] == ("儿童", "器官"), "of equal themes the first in the file"


def test_the_packaged_themes_are_sound() -> None:
    text = files("search").joinpath("data/themes.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    assert 40 <= len(rows) <= 60
    assert load_themes().names == tuple(row[0] for row in rows)
    for row in rows:
        terms = [fold(term) for term in row[1].split("|")]
        assert len(set(terms)) == len(terms), row[0]
        assert all(len(term) >= 2 for term in terms), row[0]


def test_every_term_alone_leads_to_its_theme() -> None:
    """Counted another way: a text of one term has the themes in whose row the file holds it."""
    text = files("search").joinpath("data/themes.tsv").read_text("utf-8")
    rows = {
        name: cells[0].split("|") for name, *cells in (line.split("\t") for line in text.splitlines()[1:])
    }
    themes = load_themes()
    for terms in rows.values():
        for term in terms:
            holders = {name for name, others in rows.items() if term in others}
            assert set(themes.of(unit(term))) == holders, term


def own(folder: Path, text: str) -> Path:
    path = folder / "own.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_themes_take_the_place_of_the_packaged_ones(tmp_path: Path) -> None:
    themes = load_themes(own(tmp_path, "\ufeff# own\n\n押金\t退還率|bottle\t容器\n水\t河流\n"))
    assert themes.names == ("押金", "水")
    assert themes.of(unit("退还率很高")) == ("押金",)
    assert themes.of(unit("A Bottle of water")) == ("押金",)
    assert themes.of(unit("bottles")) == ()
    assert themes.of(unit("容器")) == ()
    assert themes.of(unit("容器很多", ("容器",))) == ("押金",)
    assert themes.of(unit("甲", ("容器",))) == ()
    assert themes.of(unit("器官")) == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("# nothing\n", "no theme"),
        ("押金\n", "line 1"),
        ("# a\n押金\t退还\tx\ty\n", "line 2"),
        ("\t退还\n", "line 1"),
        ("押金\t退还\n押金\t容器\n", "twice the theme 押金"),
        (f"{UNCLASSIFIED}\t退还\n", UNCLASSIFIED),
    ],
)
def test_a_bad_theme_file_is_told(content: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadThemes, match=re.escape(told)):
        load_themes(own(tmp_path, content))


def test_a_missing_theme_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadThemes, match="cannot be read"):
        load_themes(tmp_path / "none.tsv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("缔约国应考虑制定工具包。", ("缔约国",)),
        ("締約國應考慮制定工具包。", ("缔约国",)),
        ("鼓励缔约国与非政府组织合作。", ("缔约国",)),
        ("可鼓励缔约国开展工作。", ("缔约国",)),
        ("促请尚未指定本国联络人和政府专家的缔约国，毫不延迟地指定。", ("缔约国",)),
        ("缔约国和国际组织应采取措施。", ("缔约国", "国际和区域组织")),
        ("缔约国、企业以及其他民间社会组织应合作。", ("缔约国", "企业和私营部门", "民间社会")),
        ("工作组应在今后的会议上处理下列议题。", ("工作组",)),
        ("工作组促请缔约国批准《公约》。", ("缔约国",)),
        ("工作组还请秘书处编写一份指南。", ("毒品和犯罪问题办公室和秘书处",)),
        ("请联合国毒品和犯罪问题办公室提供技术援助。", ("毒品和犯罪问题办公室和秘书处",)),
        ("各国际组织应协调工作。", ("国际和区域组织",)),
        ("各国应批准《公约》。", ("缔约国",)),
        ("应加强培训。缔约国可提供场地。", ()),
        ("今天天气很好。", ()),
        ("工作组建议如下。", ()),
    ],
)
def test_addressees(text: str, expected: tuple[str, ...]) -> None:
    assert addressees_of(text) == expected
    assert set(expected) <= set(addressee_names())
