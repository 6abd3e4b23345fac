"""The term bank: which concepts a query names, and that it loads fast."""

import re
from importlib.resources import files
from time import process_time

import pytest

from search.evidence import matched_words
from search.function_words import function_words
from search.termbank import Concept, TermBank, load_term_bank

ORGANS = Concept("切除器官", ("摘取器官",), ("卖肾", "割肾"), ("removal of organs", "organ trafficking"))
LABOUR = Concept("强迫劳动", ("强制劳动",), ("干活不给钱",), ("forced labour",))
WORK = Concept("劳动", (), ("干活",), ("labour", "TIP"))
BANK = TermBank([ORGANS, LABOUR, WORK])


@pytest.mark.parametrize(
    ("folded", "expected"),
    [
        ("卖肾的黑市", [("卖肾", "切除器官")]),
        ("强制劳动和干活", [("强制劳动", "强迫劳动"), ("干活", "劳动")]),
        ("干活不给钱", [("干活不给钱", "强迫劳动")]),
        ("organ removal trafficking", [("removal of organs", "切除器官")]),
        ("forced labour", [("forced labour", "强迫劳动")]),
        ("the labours", [("labour", "劳动")]),
        ("multiple tips", [("tip", "劳动")]),
        ("multiple", []),
        ("", []),
    ],
)
def test_triggers(folded: str, expected: list[tuple[str, str]]) -> None:
    found = [(trigger.term, trigger.concept.official) for trigger in BANK.triggers(folded)]
    assert found == expected


def test_terms_that_hold_the_trigger_or_stand_in_it_are_not_searched_for() -> None:
    bank = TermBank([Concept("批准和加入", ("加入", "入约", "成为缔约方"), ("签了",), ())])
    assert bank.triggers("新加入了")[0].others == (("入约", "入约"), ("成为缔约方", "成为缔约方"))


def test_everyday_words_are_never_among_what_is_searched_for_or_shown() -> None:
    shown = {term for trigger in BANK.triggers("割肾") for term, _ in trigger.others}
    assert shown == {"切除器官", "摘取器官"}


def test_the_packaged_bank_loads_within_its_budget() -> None:
    load_term_bank().triggers("预热")  # folding loads its tables once for the whole process
    start = process_time()
    bank = load_term_bank()
    bank.triggers("卖肾")
    assert len(bank) == 900
    assert process_time() - start < 0.1  # 20 ms on an idle machine; room for a busy one


def test_the_packaged_bank_finds_everyday_words() -> None:
    found = {trigger.concept.official for trigger in load_term_bank().triggers("全球变暖和打仗")}
    assert found == {"气候变化", "武装冲突"}


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
