"""Replies of a model: marks at the end, thoughts before the answer, and replies made to be slow."""

import json
from contextlib import suppress

import pytest

from api.writer.errors import AnswerUnusable
from api.writer.parse import parse_drafts
from tests.clock import is_within


@pytest.mark.parametrize(
    "reply",
    [
        json.dumps([{"text": "[1]" * 300_000 + "a", "citations": [1]}]),
        json.dumps([{"text": "甲。" + "[1]" * 300_000, "citations": [1]}]),
        json.dumps([{"text": "甲" + " " * 900_000 + "a", "citations": [1]}]),
        "<think>" * 100_000,
    ],
    ids=["marks then a letter", "marks", "spaces", "thoughts without an end"],
)
def test_a_megabyte_made_to_be_slow_is_read_at_once(reply: str) -> None:
    def read() -> None:
        with suppress(AnswerUnusable):
            parse_drafts(reply)

    assert is_within(2.0, read)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        *(("甲[1]。", "甲。"), ("甲 [1][2]", "甲"), ("甲[3]。", "甲[3]。")),
        *(("[1]甲", "[1]甲"), ("甲【1】 ！", "甲！"), ("甲。", "甲。"), ("甲[1", "甲[1")),
    ],
)
def test_marks_go_where_they_say_no_more_than_the_citations(text: str, left: str) -> None:
    (draft,) = parse_drafts(json.dumps([{"text": text, "citations": [1, 2]}]))
    assert draft is not None
    assert draft.text == left


def test_thoughts_before_the_answer_are_left_out() -> None:
    (draft,) = parse_drafts('<think>[{"text": "乙"}]</think>[{"text": "甲", "citations": [1]}]')
    assert draft is not None
    assert draft.text == "甲"
