"""Sentences of a unit: a golden table, and what must hold of any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.plain_text.sentences import Segment, split_sentences
from corpus.structure.items import find_items
from corpus.types import Span


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("押金为两角。退还率为91%。", ["押金为两角。", "退还率为91%。"]),
        ("占3.5%，共1,193人。见WG.4/2015/4。", ["占3.5%，共1,193人。", "见WG.4/2015/4。"]),
        ("他说：“先统一方法。再比较数据。”会议同意。", ["他说：“先统一方法。再比较数据。”", "会议同意。"]),
        ("“先统一方法。”他说。散会。", ["“先统一方法。”他说。", "散会。"]),
        ("通过了议程（见第3段。另见附件）。散会。", ["通过了议程（见第3段。另见附件）。", "散会。"]),
        ("真的吗？！是。", ["真的吗？！", "是。"]),
        ("（见附件。）下一句。", ["（见附件。）", "下一句。"]),
        ("引号“没有关上。下一句。", ["引号“没有关上。", "下一句。"]),
        ("没有句号", ["没有句号"]),
        ("断行\n\n不断句。后面。", ["断行\n\n不断句。", "后面。"]),
        ("It ended. Then more. See Add.1", ["It ended.", "Then more.", "See Add.1"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[s.span.start : s.span.end] for s in split_sentences(text)] == sentences


def test_items_are_segments_with_their_lead() -> None:
    text = "概述。缔约方应当：\n(a) 分享；\n(b) 考虑：\n(i) 培训。设备；\n(ii) 演习。\n结论。"
    segments = split_sentences(text, find_items(text))
    shown = [
        (text[s.span.start : s.span.end], None if s.lead is None else text[s.lead.start : s.lead.end], s.item)
        for s in segments
    ]
    assert shown == [
        ("概述。", None, None),
        ("缔约方应当：", None, None),
        ("(a) 分享；", "缔约方应当：", "a"),
        ("(b) 考虑：", "缔约方应当：", "b"),
        ("(i) 培训。", "(b) 考虑：", "b.i"),
        ("设备；", "(b) 考虑：", "b.i"),
        ("(ii) 演习。", "(b) 考虑：", "b.ii"),
        ("结论。", "(b) 考虑：", "b.ii"),
    ]


def test_an_item_that_opens_the_text_has_no_lead() -> None:
    text = "(a) 分享；(b) 培训。"
    first = split_sentences(text, find_items(text))[0]
    assert first == Segment(Span(0, 7), None, "a")


@given(st.text(alphabet="甲乙。！？“”（）《》(a)b 3.5,\n；：", max_size=80))
def test_nothing_is_lost_nothing_is_twice_and_order_is_kept(text: str) -> None:
    segments = split_sentences(text, find_items(text))
    places = [at for segment in segments for at in range(*segment.span)]
    assert places == sorted(set(places))
    assert {at for at, character in enumerate(text) if not character.isspace()} <= set(places)
    for segment in segments:
        piece = text[segment.span.start : segment.span.end]
        assert piece == piece.strip() != ""
