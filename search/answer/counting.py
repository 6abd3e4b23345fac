"""How many things a question asks for, and how many a span names: 哪三个国家 is not answered by two."""

import re

from corpus.plain_text.numerals import parse_numeral

__all__ = ["asked_for", "fits", "named"]

_CHINESE = re.compile(r"哪(?P<many>[一二两三四五六七八九十]+|\d+)(?!年代)|哪(?P<one>[^\W\d些几里儿怕])")
_ENGLISH = re.compile(r"\b(?:which|what) (?P<many>two|three|four|five|six|seven|eight|nine|ten)\b")
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WHOLE = re.compile(r"《[^》]*》|（[^）]*）|\([^)]*\)|“[^”]*”|「[^」]*」")
_APART = re.compile(r"[、，,；;]|以及|[和与及或至到—–-]| and ")
_LISTED = "、"


def asked_for(folded: str) -> int | None:
    """How many things a folded question asks for; None where it does not say, or asks for several at once.

    Example: `asked_for("哪三个国家") == 3`, `asked_for("哪个国家") == 1`, `asked_for("哪些国家") is None`
    """
    found = [*_CHINESE.finditer(folded), *_ENGLISH.finditer(folded)]
    if len(found) != 1:
        return None
    many = found[0]["many"]
    if many is None:
        return 1
    return _WORDS.index(many) + 2 if many in _WORDS else parse_numeral(many)


def named(text: str) -> tuple[int, int]:
    """How many things a span names, at least and at most: a comma parts things, 和 may stand inside a name.

    Example: `named("甲国、乙国和丙国") == (2, 3)`, `named("《公约和议定书》") == (1, 1)`
    """
    plain = _WHOLE.sub("#", text)
    listed = sum(bool(part.strip()) for part in plain.split(_LISTED))
    apart = sum(bool(part.strip()) for part in _APART.split(plain))
    return max(1, listed), max(1, apart)


def fits(folded: str, text: str) -> bool:
    """Whether a span can name as many things as a folded question asks for.

    Example: `fits("哪两个国家", "甲国和乙国")`, `not fits("哪两个国家", "甲国")`
    """
    wanted = asked_for(folded)
    least, most = named(text)
    return wanted is None or (most >= wanted and (wanted > 1 or least == 1))
