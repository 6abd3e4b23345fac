"""Division of text into symbols, numbers, words and Han runs: a table, and time on text made to be slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.plain_text.folding import fold
from models.segmentation.runs import RunKind, divide, han_runs
from tests.clock import is_within, least

SYMBOLS = [
    "CTOC/COP/WG.4/2015/4",
    "CTOC/COP/WG.4/2015/4/Rev.1",
    "CTOC/COP/WG.4/2022/CRP.1",
    "CTOC/COP/WG.4/2009/INF/1",
    "CTOC/COP/2024/1/Add.1",
    "A/RES/77/236",
    "A/C.3/77/L.12/Rev.1",
    "A/HRC/41/46/Corr.1",
    "A/CONF.203/18",
    "A/ES-11/L.1",
    "E/CN.15/2012/L.2/Rev.1",
    "S/PV.9999",
    "S/2022/943",
    "ST/SGB/2003/13",
    "HRI/GEN/1/Rev.9",
    "CEDAW/C/GC/38",
    "ICCD/COP(6)/11",
    "TD/B/C.II/25",
]
RESOLUTIONS = [
    ("77/236", "77/236"),
    ("4/4", "4/4"),
    ("S-32/1", "s-32/1"),
    ("2652 (2022)", "2652(2022)"),
    ("2652（2022）", "2652(2022)"),
    ("3452 (XXX)", "3452(xxx)"),
    ("2021/2022", "2021/2022"),
]
WORDS = ["COVID-19", "TRACK4TIP", "KNOWTS", "undocs.org", "Jóhannsdóttir", "d'Ivoire", "e-mail", "Москва"]


def texts_of(text: str, kind: RunKind) -> list[str]:
    return [run for found, run in divide(fold(text)) if found == kind]


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("frame", ["{}", "见{}号文件", "（{}）。", "见 {}，第3段", "https://undocs.org/{}"])
def test_document_symbols_stay_whole(symbol: str, frame: str) -> None:
    assert texts_of(frame.format(symbol), RunKind.SYMBOL) == [symbol.lower()]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbols_broken_across_lines_are_rejoined(symbol: str) -> None:
    head, slash, tail = symbol.partition("/")
    assert texts_of(f"见{head}{slash}\r\n{tail}号", RunKind.SYMBOL) == [symbol.lower()]


@pytest.mark.parametrize(("text", "token"), RESOLUTIONS)
def test_resolutions_stay_whole(text: str, token: str) -> None:
    assert divide(fold(f"第{text}号决议")) == [("han", "第"), ("symbol", token), ("han", "号决议")]


@pytest.mark.parametrize("word", WORDS)
def test_words_of_other_scripts_stay_whole(word: str) -> None:
    assert divide(fold(f"使用{word}的人")) == [("han", "使用"), ("word", word.casefold()), ("han", "的人")]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("and/or", [("word", "and"), ("word", "or")]),
        ("和/或", [("han", "和"), ("han", "或")]),
        ("10/12/2022", [("number", "10"), ("number", "12"), ("number", "2022")]),
        ("2009-2012年", [("number", "2009"), ("number", "2012"), ("han", "年")]),
        ("12.5%", [("number", "12.5")]),
        ("建议7(c)", [("han", "建议"), ("number", "7"), ("word", "c")]),
        ("第1.段", [("han", "第"), ("number", "1"), ("han", "段")]),
        ("㐀𠀀", [("rare", "㐀"), ("rare", "𠀀")]),
    ],
)
def test_what_is_no_symbol(text: str, runs: list[tuple[str, str]]) -> None:
    assert divide(text) == runs


@given(st.text())
def test_nothing_but_punctuation_and_space_is_dropped(text: str) -> None:
    kept = "".join(run for _, run in divide(text))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text())
def test_han_runs_are_the_han_of_the_division(text: str) -> None:
    assert "".join(han_runs(text)) == "".join(run for kind, run in divide(text) if kind in ("han", "rare"))


@pytest.mark.parametrize(
    "unit", ["a/", "a.", "1/", "1,000,", "a ", "(", "贩\n", "\n", "第一、", "a/\n", "a-", "１", "_", "a_"]
)
def test_no_text_is_slow(unit: str) -> None:
    """Ten times the text may take ten times as long, not a hundred."""
    small, large = (unit * (size // len(unit)) for size in (20_000, 200_000))
    assert is_within(40 * max(least(lambda: divide(small)), 0.002), lambda: divide(large))
