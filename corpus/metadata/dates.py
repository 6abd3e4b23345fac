"""Dates as documents print them: 2019年9月9日至11日, 25 September 2019, 二〇一九年九月九日. Doubt is None."""

import re
from datetime import date

from corpus.plain_text.numerals import YEAR, parse_numeral

__all__ = ["DAY", "MEETING_DAYS", "parse_day", "parse_meeting"]

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_MONTHS = ["January", "February", "March", "April", "May", "June"]
_MONTHS += ["July", "August", "September", "October", "November", "December"]
_ENGLISH = rf"\d{{1,2}}\s*(?:{'|'.join(_MONTHS)})\s*(?:19|20)\d\d"

# Patterns over a shadow (corpus.citations.shadow), where white space between Han characters is gone.
DAY = rf"(?:{YEAR}年{_N}月{_N}日|{_ENGLISH})"
MEETING_DAYS = rf"{YEAR}年{_N}月{_N}日?(?:(?:至|到|和|及|-)(?:{YEAR}年)?(?:{_N}月)?{_N}日)?"

_CHINESE_DAY = re.compile(rf"(?:(?P<year>{YEAR})年)?(?:(?P<month>{_N})月)?(?P<day>{_N})日?")
_ENGLISH_DAY = re.compile(rf"(\d{{1,2}})\s*({'|'.join(_MONTHS)})\s*(\d{{4}})", re.IGNORECASE)
_TO = re.compile("至|到|和|及|-")


def parse_day(text: str) -> date | None:
    """One day, e.g. `parse_day("25 September 2019") == date(2019, 9, 25)`."""
    if match := _ENGLISH_DAY.fullmatch(text):
        return _date(int(match[3]), _MONTHS.index(match[2].capitalize()) + 1, int(match[1]))
    return _chinese(text, None)


def parse_meeting(text: str) -> tuple[date, date] | None:
    """First and last day; what the last leaves unsaid is that of the first.

    Example: `parse_meeting("2023年9月28日至10月2日") == (date(2023, 9, 28), date(2023, 10, 2))`
    """
    first_text, *rest = _TO.split(text, maxsplit=1)
    first = _chinese(first_text, None)
    last = _chinese(rest[0], first) if rest and first else first
    return (first, last) if first and last and first <= last else None


def _chinese(text: str, before: date | None) -> date | None:
    match = _CHINESE_DAY.fullmatch(text)
    if match is None:
        return None
    year = parse_numeral(match["year"]) if match["year"] else before and before.year
    month = parse_numeral(match["month"]) if match["month"] else before and before.month
    day = parse_numeral(match["day"])
    return _date(year, month, day) if year and month and day else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
