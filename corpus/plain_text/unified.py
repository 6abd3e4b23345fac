"""Numerals: one way of writing a number, so that 第十二段 and 第12段 match.

Only numerals that count something are touched; which contexts those are is data
(`data/numeral_contexts.txt`), so 一些, 一般, 万一 and 三方 stay what they are. For matching only, on
folded text (the contexts are written in simplified characters).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

__all__ = ["parse_number", "unify_numerals"]

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
_ARABIC = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
# ○ is what many typists use for 〇; of the short forms cn2an knows 廿 alone.
_SPELLINGS = str.maketrans({"○": "〇", "廿": "二十", "卅": "三十", "卌": "四十"})
_ONES = "一二三四五六七八九"
_BELOW_100 = re.compile(f"(?:([{_ONES}])?十)?([{_ONES}])?(?<=.)")
_CHINESE = frozenset(_DIGITS + _UNITS)
_ANY_CHINESE = re.compile(f"[{_DIGITS}{_UNITS}]")


def parse_number(text: str) -> int | None:
    """The whole number that `text` is, or None where it is not plainly one.

    Reads Arabic digits (full-width too, with or without thousands separators) and Chinese numerals.
    Example: `parse_number("二〇二二") == 2022`, `parse_number("9,000") == 9000`,
    `parse_number("二三") is None`
    """
    bare = _ascii_digits(text.strip())
    if _ARABIC.fullmatch(bare):
        return int(bare.replace(",", ""))
    return _parse_chinese(bare) if bare and _CHINESE.issuperset(bare) else None


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
            number = parse_number(text[numeral.start() : numeral.end()])
            if number is not None:
                parts += text[done : numeral.start()], str(number)
                done = numeral.end()
        parts.append(text[done : context.end()])
        done = context.end()
    return "".join(parts) + text[done:]


@lru_cache(maxsize=4096)
def _parse_chinese(text: str) -> int | None:
    """A run of Chinese numeral characters by cn2an's `smart` mode; None where it refuses."""
    digits_only = all(character in _DIGITS for character in text)
    # Two or three bare digits may be an estimate (二三, two or three) or a name (九一一): doubt.
    if digits_only and 1 < len(text) < 4 and not set(text) & set("〇零○"):
        return None
    if below := _BELOW_100.fullmatch(text):
        tens, ones = (_ONES.find(digit or " ") + 1 for digit in below.groups())
        return 10 * (tens or 1) + ones if "十" in text else ones
    # Imported here: it costs 0.14 CPU seconds, and most texts count no higher than 99.
    from cn2an import cn2an

    try:
        number = cn2an(text.translate(_SPELLINGS), "smart")
    except (ValueError, KeyError):  # cn2an raises KeyError for some runs that are no number
        return None
    return number if isinstance(number, int) else None


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
