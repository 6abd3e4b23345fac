"""Printed citations against a golden table, and back again through find_citations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.citations.find import CitationKind, find_citations
from corpus.citations.format import citation_of, pinpoint_of
from corpus.types import Metadata, Span, Unit, UnitKind

P, R, B = UnitKind.PARAGRAPH, UnitKind.RECOMMENDATION, UnitKind.BLOCK
TITLE = "2019年9月9日至11日在维也纳举行的贩运人口问题工作组会议的报告"


def unit(kind: UnitKind, number: int, part: str | None = None, inferred: bool = False) -> Unit:
    return Unit("r19", kind, number, part, "缔约国应", (), Span(0, 4), number_inferred=inferred)


@pytest.mark.parametrize(
    ("metadata", "cited", "item", "expected"),
    [
        (Metadata(title=TITLE), unit(R, 17), None, f"《{TITLE}》，建议17"),
        (Metadata(title="甲", symbol="A/77/10"), unit(P, 9), None, "《甲》（A/77/10），第9段"),
        (Metadata(symbol="A/77/10"), unit(P, 9), None, "A/77/10，第9段"),
        (Metadata(), unit(P, 9), None, "r19，第9段"),
        (Metadata(title="甲"), unit(P, 3, "附件一"), None, "《甲》，附件一，第3段"),
        (Metadata(title="甲"), unit(R, 7), "c", "《甲》，建议7(c)"),
        (Metadata(title="甲"), unit(P, 7), "c.ii", "《甲》，第7段(c)(ii)"),
        (Metadata(title="甲"), unit(B, 3), None, "《甲》，第3个文本块（原文未编号）"),
        (Metadata(title="甲"), unit(P, 1, inferred=True), None, "《甲》，第1段（原文未印编号）"),
        (Metadata(title="实施《公约》的活动"), unit(P, 1), None, "《实施〈公约〉的活动》，第1段"),
    ],
)
def test_golden(metadata: Metadata, cited: Unit, item: str | None, expected: str) -> None:
    assert citation_of(metadata, "r19", cited, item) == expected


@given(
    st.sampled_from([P, R]),
    st.integers(1, 999),
    st.sampled_from([None, "附件一", "附件二"]),
    st.sampled_from([None, "a", "c.ii", "h"]),
    st.booleans(),
    st.sampled_from([Metadata(title=TITLE), Metadata(title="甲", symbol="CTOC/COP/WG.4/2019/7"), Metadata()]),
)
def test_what_is_printed_is_found_again(
    kind: UnitKind, number: int, part: str | None, item: str | None, inferred: bool, metadata: Metadata
) -> None:
    printed = citation_of(metadata, "000_1e992beb167c0415", unit(kind, number, part, inferred), item)
    found = find_citations(printed)[-1]
    expected = CitationKind.PARAGRAPH if kind is P else CitationKind.RECOMMENDATION
    assert (found.kind, found.first, found.last) == (expected, number, number)
    assert found.item == tuple((item or "").split(".") if item else ())
    assert found.part == part
    assert found.document == (metadata.symbol or (None if metadata.title else "000_1e992beb167c0415"))
    assert found.year == (2019 if metadata.title == TITLE else None)


@given(st.sampled_from([P, R]), st.integers(1, 999))
def test_a_pinpoint_alone_is_found_again(kind: UnitKind, number: int) -> None:
    (found,) = find_citations(pinpoint_of(unit(kind, number)))
    assert found.key == f"{kind.value}:?:{number}"
