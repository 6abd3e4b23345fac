"""Numbers as Word prints them before a paragraph: 12, xii, (c), 十二, 甲.

The formats and their names are those of ST_NumberFormat (ECMA-376 part 1, 17.18.59); what Word prints for
the Chinese ones beyond 99 stands in MS-DOCX 2.4: 一○○ in chineseCounting, 一百 in chineseCountingThousand.
"""

from collections.abc import Callable, Sequence

__all__ = ["format_number"]

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL")),
    *((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_PLAIN, _ROUND = "〇一二三四五六七八九", "○一二三四五六七八九"
_TRADITIONAL = str.maketrans("贰叁陆", "貳參陸")
_LONGEST = 20  # a letter repeats once more for every 26: beyond this the number is an error, not a label


def format_number(value: int, form: str) -> str | None:
    """A number in one of Word's formats; None where the format is not known here or has no such number.

    Example: `format_number(12, "chineseCounting") == "十二"`
    """
    if form not in _FORMATS or value > 9_999 or value < 0:
        return None
    if value == 0 and form not in _WITH_ZERO:
        return "0"  # as Word does, whatever the format: its alphabets begin at 1
    return _FORMATS[form](value)


def _fullwidth(value: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))


def _letters(first: str) -> Callable[[int], str | None]:
    def form(value: int) -> str | None:
        times, at = divmod(value - 1, 26)
        return chr(ord(first) + at) * (times + 1) if times < _LONGEST else None

    return form


def _roman(value: int) -> str | None:
    if value >= 5000:
        return None
    printed = ""
    for worth, sign in _ROMAN:
        printed += sign * (value // worth)
        value %= worth
    return printed


def _from(first: str, last: int) -> Callable[[int], str]:
    """A row of characters that follow one another in Unicode; beyond its end Word prints plain digits."""
    return lambda value: chr(ord(first) + value - 1) if value <= last else str(value)


def _row(characters: Sequence[str]) -> Callable[[int], str]:
    return lambda value: characters[value - 1] if value <= len(characters) else str(value)


def _digits(digits: str) -> Callable[[int], str]:
    return lambda value: "".join(digits[int(digit)] for digit in str(value))


def _to_ninety_nine(value: int) -> str:
    """十, 十一, 二十; from 100 on digit by digit."""
    return _thousands(value) if value < 100 else _digits(_ROUND)(value)


def _thousands(value: int) -> str:
    """十一, 一百一十, 一千零一."""
    import cn2an

    printed = str(cn2an.an2cn(value))
    return printed[1:] if printed.startswith("一十") else printed


def _legal(value: int) -> str:
    """壹拾壹, 贰仟零叁拾壹."""
    import cn2an

    return str(cn2an.an2cn(value, "up"))


def _japanese(value: int) -> str:
    """百一, 千一: the one is left out before every unit, and no zero is printed."""
    printed = ""
    for unit, worth in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, worth)
        shown = _PLAIN[digit] if digit != 1 or not unit else ""
        printed += shown + unit if digit else ""
    return printed


def _lower(form: Callable[[int], str | None]) -> Callable[[int], str | None]:
    def lowered(value: int) -> str | None:
        printed = form(value)
        return printed.lower() if printed is not None else None

    return lowered


_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_FORMATS: dict[str, Callable[[int], str | None]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalFullWidth": _fullwidth,
    "decimalFullWidth2": _fullwidth,
    "decimalZero": lambda value: f"{value:02}",
    "numberInDash": lambda value: f"- {value} -",
    "lowerLetter": _letters("a"),
    "upperLetter": _letters("A"),
    "upperRoman": _roman,
    "lowerRoman": _lower(_roman),
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "ideographEnclosedCircle": _from("㈠", 10),  # Word prints (一), not ㊀: MS-OI29500 2.1.540
    "chineseCounting": _to_ninety_nine,
    "taiwaneseCounting": _to_ninety_nine,
    "chineseCountingThousand": _thousands,
    "taiwaneseCountingThousand": _thousands,
    "japaneseCounting": _japanese,
    "ideographDigital": _digits(_PLAIN),
    "japaneseDigitalTenThousand": _digits(_PLAIN),
    "taiwaneseDigital": _digits(_ROUND),
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": lambda value: _legal(value).translate(_TRADITIONAL),
    "ideographTraditional": _row(_STEMS),
    "ideographZodiac": _row(_BRANCHES),
    "ideographZodiacTraditional": _row([s + b for s, b in zip(_STEMS * 6, _BRANCHES * 5, strict=True)]),
    "none": lambda value: "",
}
_WITH_ZERO = frozenset(
    ("decimal", "decimalHalfWidth", "decimalFullWidth", "decimalFullWidth2", "decimalZero", "none")
)
