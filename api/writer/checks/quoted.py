"""Checks on quotation marks: what stands between them stands so in a cited quote."""

import re
from collections.abc import Sequence

from api.writer.types import Draft, Removal, Source

__all__ = ["check_quotations"]

_PAIRS = {"“": "”", "「": "」", "『": "』", "‘": "’"}
_MARKS = re.compile('[“”「」『』‘’"＂]')
_CLOSING = "，。；：、"


def check_quotations(draft: Draft, sources: Sequence[Source]) -> Removal | None:
    """QUOTATION where a mark has no partner, or words stand in no cited quote character by character.

    White space is no matter, and the quotation may end with a mark of the sentence that quotes. An ellipsis
    is no such mark: what it leaves out may be 不.
    Example: “应公布……数据” is removed where the quote has 应考虑公布数据
    """
    spans = _quoted(draft.text)
    if spans is None:
        return Removal.QUOTATION
    texts = ["".join(source.text.split()) for source in sources]
    for words in (*spans, *draft.quotes):
        bare = "".join(words.split())
        if not bare.strip(_CLOSING) or not any(bare.rstrip(_CLOSING) in text for text in texts):
            return Removal.QUOTATION
    return None


def _quoted(text: str) -> list[str] | None:
    """Words between outer quotation marks; None where the marks do not pair."""
    found: list[str] = []
    awaited: list[str] = []
    start = 0
    for mark in _MARKS.finditer(text):
        if awaited and mark[0] == awaited[-1]:
            awaited.pop()
            if not awaited:
                found.append(text[start : mark.start()])
        elif mark[0] in _PAIRS or (mark[0] in '"＂' and not awaited):
            if not awaited:
                start = mark.end()
            awaited.append(_PAIRS.get(mark[0], mark[0]))
        else:
            return None
    return None if awaited else found
