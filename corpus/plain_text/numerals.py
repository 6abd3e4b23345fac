"""Numbers as documents print them: 12, １２, 十二, 廿三, 二〇二二, XIV. Doubt is None.

Numbers below a hundred million and digit strings are read here; only 亿 needs cn2an, whose import
costs 0.14 CPU seconds and is put off until then: a process that reads one file would pay them for each.
"""

import re
from functools import lru_cache

__all__ = ["CHINESE_DIGITS", "NUMERAL", "YEAR", "article_name", "parse_numeral", "write_numeral"]

CHINESE_DIGITS = "〇零一二三四五六七八九十百千万廿卅两壹贰叁肆伍陆柒捌玖拾佰仟"

# For patterns over a shadow (corpus.citations.shadow): a line break may stand inside the number.
NUMERAL = rf"(?:\d{{1,4}}(?:\n\d{{1,3}})?|[{CHINESE_DIGITS}]{{1,12}})"
YEAR = r"(?:(?:19|20)\d\d|[一二][〇零九][〇零一二三四五六七八九]{2})"

_UNITS = "〇一二三四五六七八九"
_PLAIN = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟两零○貳參陸兩萬億", "一二三四五六七八九十百千二〇〇二三六二万亿"
)
_SHORT_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}
_TIMES = {"千": 1000, "百": 100, "十": 10}
_LONGEST = 17  # characters of a number below a billion, and cn2an is not asked for more
_BELOW_100 = re.compile(r"([二三四五六七八九一])?十([一二三四五六七八九])?|[〇一二三四五六七八九]")
_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)}
_ROMAN = re.compile(r"(X{0,4}|XL)(IX|IV|V?I{0,3})|L", re.IGNORECASE)
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}


def parse_numeral(text: str, *, roman: bool = False, counted: bool = False) -> int | None:
    """The number a numeral stands for, or None where that is in doubt.

    White space is ignored. Roman numerals up to 50 are read where `roman` asks for them. With `counted` the
    numeral counts things in running text, where three bare digits may be an estimate or a name as two always
    may: 第二四二号决议 is 242, 九一一 is doubt.
    Example: `parse_numeral("廿三") == 23`, `parse_numeral("XIV", roman=True) == 14`
    """
    compact = "".join(text.split()).translate(_WIDTH)
    if not compact:
        return None
    if compact.isascii():
        if compact.isdigit():
            return int(compact) if len(compact) <= 9 else None
        return _parse_roman(compact) if roman else None
    number = _parse_chinese(compact)
    bare = counted and len(compact) == 3 and not set(compact) - set(_UNITS[1:])
    return None if bare else number


def write_numeral(number: int) -> str:
    """A number from 1 to 9999 in Chinese, as articles print it.

    Example: `write_numeral(12) == "十二"`, `write_numeral(105) == "一百零五"`
    """
    digits = str(number).zfill(4)
    if not 0 < number < 10_000:
        return str(number)
    text = "".join(
        (_UNITS[int(digit)] + unit) if digit != "0" else "零"
        for digit, unit in zip(digits, ("千", "百", "十", ""), strict=True)
    )
    text = re.sub("零+", "零", text).strip("零")
    return text[1:] if text.startswith("一十") else text


def article_name(number: int, suffix: int | None = None) -> str:
    """An article as laws and treaties print it: `article_name(5, 1) == "第五条之一"`."""
    return f"第{write_numeral(number)}条" + (f"之{write_numeral(suffix)}" if suffix is not None else "")


def _parse_roman(text: str) -> int | None:
    if not _ROMAN.fullmatch(text):
        return None
    values = [_ROMAN_VALUES[letter] for letter in text.upper()]
    following = [*values[1:], 0]
    return sum(-now if now < after else now for now, after in zip(values, following, strict=True))


@lru_cache(maxsize=4096)
def _parse_chinese(text: str) -> int | None:
    text = text.translate(_PLAIN)
    for short, tens in _SHORT_TENS.items():
        text = text.replace(short, tens)
    if match := _BELOW_100.fullmatch(text):
        if "十" not in text:
            return _UNITS.index(text)
        tens, ones = match.groups()
        return 10 * _UNITS.index(tens or "一") + _UNITS.index(ones or "〇")
    if all(character in _UNITS for character in text):
        return _parse_digits(text)
    if len(text) <= _LONGEST and all(character in _UNITS + "十百千万亿" for character in text):
        return _parse_long(text)
    return None


def _parse_digits(text: str) -> int | None:
    """Digit by digit, as in 二〇二二. 三三 alone is as likely a word (三三两两) as a number."""
    enough = 2 if "〇" in text else 3
    if text[0] == "〇" or not enough <= len(text) <= 4:
        return None
    return int("".join(str(_UNITS.index(digit)) for digit in text))


def _parse_long(text: str) -> int | None:
    """Read, and written back again: what would not be written so is in doubt (一百五: 150 or 105)."""
    text = _whole_tens(text)
    if "亿" not in text:
        number = _sum_of(text)
        return number if _written(number) == text else None
    import cn2an

    try:
        number = int(cn2an.cn2an(text.replace("〇", "零"), "strict"))
    except (ValueError, KeyError):  # cn2an raises KeyError for some runs that are no number
        return None
    written = _whole_tens(str(cn2an.an2cn(number)).replace("零", "〇"))
    return number if text == written else None


def _sum_of(text: str) -> int:
    """What the digits of a numeral below a hundred million make, each times the unit behind it."""
    total = below = digit = 0
    for character in text:
        if character in _UNITS:
            digit = _UNITS.index(character)
        elif character == "万":
            total, below, digit = total + (below + digit) * 10_000, 0, 0
        else:
            below, digit = below + digit * _TIMES[character], 0
    return total + below + digit


def _written(number: int) -> str:
    """A number in Chinese with every digit: 〇 for what is left out between two, 一十 for ten."""
    many, rest = divmod(number, 10_000)
    if not many:
        return _written_below(rest)
    gap = "〇" if 0 < rest < 1_000 else ""
    return f"{_written_below(many)}万{gap}{_written_below(rest)}" if many < 10_000 else ""


def _written_below(number: int) -> str:
    written, gap = "", False
    for unit, times in (*((unit, _TIMES[unit]) for unit in "千百十"), ("", 1)):
        digit = number // times % 10
        if digit:
            written += ("〇" if gap and written else "") + _UNITS[digit] + unit
        gap = not digit
    return written


def _whole_tens(text: str) -> str:
    """十 as 一十: cn2an leaves 一 out at the beginning alone."""
    return re.sub("(?<![一二三四五六七八九])十", "一十", text)
