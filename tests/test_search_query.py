"""What a query accepts, and what it says when it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.types import UnitKind
from search.errors import BadK, BadQuery, EmptyQuery, QueryTooLong
from search.query import MAX_LENGTH, Mode, Query, clean, parse_query


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("不惩罚原则", "不惩罚原则"),
        ("  不惩罚\t\n原则 ", "不惩罚 原则"),
        ("不惩\u200b罚\ufeff原则", "不惩罚原则"),
        ("不惩罚\x00原则", "不惩罚 原则"),
        ("non\u00adpunishment", "nonpunishment"),
        ("第　9　段", "第 9 段"),
    ],
)
def test_cleaning(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
    assert Query(text).cleaned == cleaned
    assert Query(text).text == text


def test_folding_is_for_matching_only() -> None:
    query = Query("販運人口 ＷＧ．４")
    assert query.folded == "贩运人口 wg.4"
    assert query.text == "販運人口 ＷＧ．４"


@pytest.mark.parametrize("text", ["", "   ", "\x00\x1f", "\u200b\ufeff", "\n\t　"])
def test_empty_query(text: str) -> None:
    with pytest.raises(EmptyQuery, match=r"the query is empty.*were expected.*ask for example"):
        Query(text)


def test_query_of_a_megabyte() -> None:
    with pytest.raises(QueryTooLong, match=r"has 1,000,000 characters; at most 2,000 .*shorten it"):
        Query("段" * 1_000_000)
    assert Query("段" * MAX_LENGTH)


def test_lone_surrogate() -> None:
    with pytest.raises(BadQuery, match=r"lone surrogate U\+D800 at character 2; Unicode text was expected"):
        Query("器官\ud800")


@pytest.mark.parametrize("k", [0, -1, 1001, 10**9, float("nan"), 1e20, 2.5, True, "5", None])
def test_bad_k(k: object) -> None:
    with pytest.raises(BadK, match=r"k is .*; a whole number from 1 to 1,000 was expected"):
        Query("器官", k)  # type: ignore[arg-type]  # callers without a type checker


def test_parse_query_reads_names() -> None:
    query = parse_query("器官", k=3, kinds=["paragraph"], documents=["r19"], years=[2019], mode="bm25")
    assert query == Query(
        "器官", 3, frozenset({UnitKind.PARAGRAPH}), frozenset({"r19"}), frozenset({2019}), Mode.BM25
    )


@pytest.mark.parametrize(("field", "value"), [("kinds", ["段落"]), ("mode", "hybrid")])
def test_parse_query_refuses_unknown_names(field: str, value: object) -> None:
    with pytest.raises(BadQuery, match=r"is not known; expected one of"):
        parse_query("器官", **{field: value})  # type: ignore[arg-type]  # a command line can hold anything


@given(st.text(st.characters(exclude_categories=[]), max_size=50))
def test_any_text_is_a_query_or_a_bad_query(text: str) -> None:
    try:
        query = Query(text)
    except BadQuery:
        return
    assert query.cleaned
    assert clean(query.cleaned) == query.cleaned
