"""Numerals: one way of writing a number, so that 第十二段 and 第12段 match.

Only numerals that count something are touched; which contexts those are is data
(`data/numeral_contexts.txt`), so 一些, 一般, 万一 and 三方 stay what they are. For matching only, on
folded text (the contexts are written in simplified characters).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from corpus.plain_text.numerals import parse_numeral

__all__ = ["unify_numerals"]

_CONTEXTS = Path(__file__).parents[1] / "data" / "numeral_contexts.txt"
_DIGITS = "〇零○一二三四五六七八九"
_UNITS = "两十百千万亿廿卅卌"
# Contexts are sought in a shadow of the text, in which each numeral character is one of these two:
# compiling them with classes of Chinese characters took 0.13 CPU seconds, a tenth of a cold start.
_DIGIT_MARK, _UNIT_MARK = "\x01", "\x02"
_FIELDS = {
    "{n}": f"[{_DIGIT_MARK}{_UNIT_MARK}]+",
    "{m}": f"[{_DIGIT_MARK}{_UNIT_MARK}]{{2,}}",
    "{d}": f"(?:[{_DIGIT_MARK}{_UNIT_MARK}]+|[0-9]+)",
    "{y}": f"{_DIGIT_MARK}{{4}}",
}

_FULL_WIDTH_DIGIT = re.compile("[０-９]")
_FULL_WIDTH_SHIFT = ord("０") - ord("0")
# 9,000 is a number; 1,2,3 and 2015,100 are lists.
_THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?!,?[0-9])")
_CHINESE = frozenset(_DIGITS + _UNITS)
_ANY_CHINESE = re.compile(f"[{_DIGITS}{_UNITS}]")


def unify_numerals(text: str) -> str:
    """`text` with counting numerals in Arabic digits and without thousands separators.

    Example: `unify_numerals("第十二段一些9,000人") == "第12段一些9000人"`
    """
    text = _ascii_digits(text)
    if "," in text:
        text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    shadow = _shadow(text)
    return text if shadow is None else _convert_contexts(text, shadow)


def _ascii_digits(text: str) -> str:
    return _FULL_WIDTH_DIGIT.sub(lambda digit: chr(ord(digit[0]) - _FULL_WIDTH_SHIFT), text)


def _shadow(text: str) -> str | None:
    """`text` with its numeral characters marked, same length; None where it has none."""
    if _ANY_CHINESE.search(text) is None:
        return None
    # Should the text hold the marks themselves, they become something else of the same length.
    shadow = text.replace(_DIGIT_MARK, " ").replace(_UNIT_MARK, " ")
    for character in _CHINESE & set(text):
        shadow = shadow.replace(character, _DIGIT_MARK if character in _DIGITS else _UNIT_MARK)
    return shadow


def _convert_contexts(text: str, shadow: str) -> str:
    starts, contexts, run = _patterns()
    parts: list[str] = []
    done = 0
    for start in starts.finditer(shadow):
        if start.start() < done:
            continue
        context = contexts.match(shadow, start.start())
        if context is None:
            continue
        for numeral in run.finditer(shadow, context.start(), context.end()):
            number = parse_numeral(text[numeral.start() : numeral.end()], counted=True)
            if number is not None:
                parts += text[done : numeral.start()], str(number)
                done = numeral.end()
        parts.append(text[done : context.end()])
        done = context.end()
    return "".join(parts) + text[done:]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Where a context may start; the contexts, first line first; a run of numerals. All on shadows."""
    lines = _CONTEXTS.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    leading = lines[0].removeprefix("starts ")
    joined = "|".join(f"(?:{line})" for line in lines[1:])
    for field, expression in _FIELDS.items():
        joined = joined.replace(field, expression)
    run = re.compile(_FIELDS["{n}"])
    return re.compile(f"{run.pattern}|[0-9]+|[{leading}]"), re.compile(joined), run
