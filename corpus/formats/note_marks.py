"""Raised characters after a word: the mark of a note, or a power.

A mark is written `[^3]`, as in markdown: the grammar leaves it out of units, so that it can become part
neither of a number nor of a sentence. What belongs to the number or unit before it (10³, 5 km²) is
written with raised digits and stays.
"""

import re

__all__ = ["raised_text"]

_MARKS = re.compile(r"[\[(（]?\d{1,3}[])）]?(?:\s?[,，、]?\s?[\[(（]?\d{1,3}[])）]?)*|\[?[a-z]\]?")
_UNIT_OF_LENGTH = re.compile(r"(?:^|[^A-Za-z])[kcdm]?m$")
_RAISED_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_HAN_OR_MARK = re.compile(r"[\u2E80-\u9FFF\uF900-\uFAFF\uFF00-\uFFEF”’]")


def raised_text(before: str, raised: str) -> str:
    """What to write for raised characters after `before`.

    Example: `raised_text("批准书", "3,4") == "[^3][^4]"`, `raised_text("5 km", "2") == "²"`
    """
    raised = raised.strip()
    if not _MARKS.fullmatch(raised):
        return raised
    if raised.isdigit() and (before[-1:].isdigit() or _UNIT_OF_LENGTH.search(before[-3:])):
        return raised.translate(_RAISED_DIGITS)
    if raised.isalpha() and not _HAN_OR_MARK.match(before[-1:]):
        return raised
    return "".join(f"[^{mark}]" for mark in re.findall(r"\d+|[a-z]", raised))
