"""The term bank: which concepts a query names, how a user lays an own bank over it, that it loads fast."""

import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from corpus.plain_text.folding import fold
from models.segmenter import Segmenter
from search.errors import BadTermBank
from search.terms.function_words import function_words
from search.terms.termbank import Concept, TermBank, Trigger
from search.terms.termbank_file import load_term_bank
from search.why import matched_words
from tests.clock import is_within

SEGMENTER = Segmenter()
ORGANS = Concept("切除器官", ("摘取器官",), ("卖肾", "割肾"), ("removal of organs", "organ trafficking"))
LABOUR = Concept("强迫劳动", ("强制劳动",), ("干活不给钱",), ("forced labour",))
WORK = Concept("劳动", (), ("干活", "QQ"), ("labour", "TIP"))
ABDUCTION = Concept("贩运儿童", (), ("孩子被拐", "拐孩子的人太坏"), ())
EXHIBITION = Concept("展览", ("展会",), (), ())
BANK = TermBank([concept.line.casefold() for concept in (ORGANS, LABOUR, WORK, ABDUCTION, EXHIBITION)])
ASCII_WORD = re.compile(r"[0-9a-z]+")


def named(bank: TermBank, text: str) -> list[Trigger]:
    return bank.triggers(fold(text), SEGMENTER)


def packaged_rows() -> list[list[list[str]]]:
    """Cells of terms, read without the code under test."""
    lines = files("search").joinpath("data/termbank.tsv").read_text("utf-8").splitlines()[1:]
    return [[cell.split("|") if cell else [] for cell in line.split("\t")] for line in lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("卖肾的黑市", [("卖肾", "切除器官")]),
        ("賣腎", [("卖肾", "切除器官")]),
        ("强制劳动和干活", [("强制劳动", "强迫劳动"), ("干活", "劳动")]),
        ("干活不给钱", [("干活不给钱", "强迫劳动")]),
        ("organ removal trafficking", [("removal of organs", "切除器官")]),
        ("forced labour", [("forced labour", "强迫劳动")]),
        ("the labours", [("labour", "劳动")]),
        ("multiple tips", [("tip", "劳动")]),
        ("加我QQ", [("qq", "劳动")]),
        ("multiple", []),
        ("", []),
    ],
)
def test_triggers(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(trigger.term, trigger.concept.official) for trigger in named(BANK, text)]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("被拐的孩子", True),
        ("孩子在车站被拐", True),
        ("孩子自己到了很远的地方以后又被拐", False),  # words too far from one another
        ("孩子", False),
        ("被拐", False),
    ],
)
def test_an_everyday_phrase_is_found_by_its_words_nearby(text: str, found: bool) -> None:
    assert [trigger.concept.official for trigger in named(BANK, text)] == ["贩运儿童"] * found


def test_a_term_of_two_characters_must_be_a_word_there() -> None:
    assert named(BANK, "经济发展会谈") == []
    assert [trigger.term for trigger in named(BANK, "这次展会")] == ["展会"]


def test_terms_that_hold_the_trigger_or_stand_in_it_are_not_searched_for() -> None:
    bank = TermBank([Concept("批准和加入", ("加入", "入约", "成为缔约方"), ("签了",), ()).line])
    assert named(bank, "新加入了")[0].others == (("入约", "入约"), ("成为缔约方", "成为缔约方"))


def test_everyday_words_are_never_among_what_is_searched_for_or_shown() -> None:
    shown = {term for trigger in named(BANK, "割肾") for term, _ in trigger.others}
    assert shown == {"切除器官", "摘取器官"}


def test_no_everyday_word_of_the_packaged_bank_is_ever_shown() -> None:
    printed = {term for official, variants, _, _ in packaged_rows() for term in (*official, *variants)}
    bank = load_term_bank()
    for _, _, everyday, _ in packaged_rows()[::10]:
        for word in everyday:
            assert {term for trigger in named(bank, word) for term, _ in trigger.others} <= printed


def test_a_concept_reads_back_from_its_line() -> None:
    assert Concept.parse(ORGANS.line) == ORGANS


def test_the_packaged_bank_loads_within_its_budget() -> None:
    named(load_term_bank(), "预热")  # folding loads its tables once for the whole process
    # 10 to 20 ms on an idle machine; room for a busy one
    assert is_within(0.1, lambda: named(load_term_bank(), "卖肾"))


def test_the_packaged_bank_finds_everyday_words() -> None:
    found = {trigger.concept.official for trigger in named(load_term_bank(), "全球变暖和打仗")}
    assert found == {"气候变化", "武装冲突"}


def test_the_packaged_bank_is_sound() -> None:
    rows = packaged_rows()
    assert len(rows) >= 2000
    assert {len(row) for row in rows} == {4}
    assert all(len(official) == 1 and official[0] for official, *_ in rows)
    terms = [fold(term) for row in rows for cell in row for term in cell]
    assert [term for term, times in Counter(terms).items() if times > 1] == []
    assert [term for term in terms if len(term) < 2 or term != term.strip()] == []


def test_the_packaged_bank_is_folded_but_for_case() -> None:
    text = files("search").joinpath("data/termbank.tsv").read_text("utf-8")
    assert [line for line in text.splitlines()[1:] if fold(line) != line.casefold()] == []


def test_no_english_term_is_made_of_words_that_say_nothing() -> None:
    english = [term for *_, cell in packaged_rows() for term in cell]
    assert [t for t in english if not set(ASCII_WORD.findall(t.casefold())) - function_words()] == []


def own_bank(folder: Path, text: str) -> Path:
    path = folder / "own.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_own_bank_is_laid_over_the_packaged_one(tmp_path: Path) -> None:
    path = own_bank(
        tmp_path, "# own\n\n押瓶費\t退瓶费\t打仗 | 退瓶子的錢\tbottle money\n气候变化\t\t天太热\t\n"
    )
    bank = load_term_bank(path)
    assert len(bank) == len(load_term_bank()) + 1
    (taken,) = named(bank, "打仗")  # 武装冲突 loses the word
    assert taken.concept.printed_terms == ("押瓶費", "退瓶费")
    assert taken.others == (("押瓶費", "押瓶费"), ("退瓶费", "退瓶费"))
    assert [one.term for one in named(bank, "退瓶子的钱")] == ["退瓶子的钱"]
    assert [one.concept.official for one in named(bank, "money for bottles")] == ["押瓶費"]
    assert named(bank, "全球变暖") == []  # the line of 气候变化 has taken the place of the packaged one
    assert [one.concept.official for one in named(bank, "天太热")] == ["气候变化"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("切除器官\t摘取器官\n", "line 1 has 2 cells; 4"),
        ("# x\n\t摘取器官\t卖肾\t\n", "line 2 has '' as its official term"),
        ("切除器官|摘除\t\t卖肾\t\n", "'切除器官|摘除' as its official term"),
        ("切除器官\t\t肾\t\n", "the term '肾' of one character"),
    ],
)
def test_a_wrong_line_of_an_own_bank_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadTermBank, match=re.escape(message)):
        load_term_bank(own_bank(tmp_path, text))


def test_an_own_bank_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadTermBank, match=r"missing\.tsv cannot be read .*leave the option out"):
        load_term_bank(tmp_path / "missing.tsv")
    (tmp_path / "gb.tsv").write_bytes("切除器官\t\t\t".encode("gb18030"))
    with pytest.raises(BadTermBank, match="a UTF-8 file was expected"):
        load_term_bank(tmp_path / "gb.tsv")


@pytest.mark.parametrize("name", ["termbank.tsv", "function_words.txt"])
def test_data_files_state_their_source_first(name: str) -> None:
    first, *lines = files("search").joinpath("data", name).read_text("utf-8").splitlines()
    assert re.match(r"# .*[Oo]wn work of this project|# .*own work", first) or "own work" in first.lower()
    assert all(lines)
    assert len(lines) == len(set(lines))


def test_function_words_are_folded_words() -> None:
    assert {"什么", "请问", "which"} <= function_words()
    assert all(word == word.strip().casefold() for word in function_words())


def test_matched_words_are_the_longest_and_whole() -> None:
    assert matched_words("联合国与器官", ["联合", "联合国", "器官", "肾"]) == ("联合国", "器官")
    assert matched_words("multiple aims", ["tip", "aim", "aims"]) == ("aims",)
