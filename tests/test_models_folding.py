"""Folding: against a table, Unicode's own decompositions, OpenCC itself, and character by character."""

import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from corpus.plain_text import folding
from corpus.plain_text.folding import fold, fold_with_map

GOLDEN = [
    ("販運人口問題工作組", "贩运人口问题工作组"),
    ("ＣＴＯＣ／ＣＯＰ／ＷＧ．４", "ctoc/cop/wg.4"),
    ("第１２段（ａ）：；，！", "第12段(a):;,!"),
    ("一　二", "一 二"),
    ("⼈⼝贩运", "人口贩运"),  # Kangxi radicals
    ("⻅⻔⻓⻢", "见门长马"),  # radicals supplement, simplified forms
    ("⾒⾨⻑⾺", "见门长马"),  # traditional radicals go on through OpenCC
    ("COVID-19", "covid-19"),
    ("Straße", "strasse"),
    ("显著 著作 乾隆 瞭望", "显著 著作 乾隆 瞭望"),  # simplified stays simplified
    ("“原文”……《议定书》㈠①½", "“原文”……《议定书》㈠①½"),  # NFKC would rewrite the end
    ("衞生署隨著人口增長", "卫生署随着人口增长"),  # what t2s leaves
    ("圍繞著甚麼問題，沿著河岸", "围绕着什么问题,沿着河岸"),
    ("著名的土著领袖着手编著", "著名的土著领袖着手编著"),
    ("3‑4、3–4、3—4、3−4、3‐4", "3-4、3-4、3-4、3-4、3-4"),
    ("冯‧克莱斯特、阿伊莎・本", "冯·克莱斯特、阿伊莎·本"),
    ("豈更", "岂更"),  # compatibility ideographs
    ("\ud800甲\udfff", "\ufffd甲\ufffd"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "folded"), GOLDEN)
def test_golden(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_full_width_ascii_folds_as_unicode_says() -> None:
    for code in range(0xFF01, 0xFF5F):
        assert fold(chr(code)) == unicodedata.normalize("NFKC", chr(code)).casefold()


def test_every_radical_becomes_an_ideograph_or_stays() -> None:
    folded = {chr(code): fold(chr(code)) for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6))}
    changed = {radical: to for radical, to in folded.items() if to != radical}
    assert all(unicodedata.name(to).startswith("CJK UNIFIED") for to in changed.values())
    assert all(0x2E80 <= ord(radical) <= 0x2EF3 for radical in folded.keys() - changed.keys())
    assert len(changed) > 300


@pytest.mark.parametrize(
    "text", ["公安機關與檢察機關協調", "乾淨的麵條", "意志消沈", "答覆", "已经简化的文字"]
)
def test_script_folding_is_opencc_t2s(text: str) -> None:
    assert fold(text) == OpenCC("t2s").convert(text)


def test_ascii_text_loads_no_converter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folding, "_converter", lambda: pytest.fail("OpenCC was loaded for ASCII"))
    assert fold("Trafficking in Persons") == "trafficking in persons"


def test_a_table_that_changes_length_cannot_shift_offsets(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"體": "体", "甲": "甲甲"}

    def convert(text: str) -> str:
        return "".join(table.get(character, character) for character in text)

    monkeypatch.setattr(folding, "_converter", lambda: SimpleNamespace(convert=convert))
    assert fold("甲體乙") == "甲体乙"
    assert fold_with_map("甲體乙") == ("甲体乙", [0, 1, 2])


@given(st.text())
def test_map_folds_to_the_same_text_and_points_into_the_original(text: str) -> None:
    folded, offsets = fold_with_map(text)
    assert folded == fold(text)
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    assert set(offsets) == set(range(len(text)))


@given(st.text(st.characters(exclude_categories=["Lo", "Cs"])))
def test_without_ideographs_each_character_folds_by_itself(text: str) -> None:
    assert fold_with_map(text) == (
        "".join(map(fold, text)),
        [offset for offset, character in enumerate(text) for _ in fold(character)],
    )


@given(st.text())
def test_folding_twice_changes_nothing_more_outside_chinese(text: str) -> None:
    latin = "".join(character for character in text if ord(character) < 0x2E80)
    assert fold(fold(latin)) == fold(latin)
