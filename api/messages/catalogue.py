"""The Chinese texts: whole sentences, and sentences with places for what was found."""

import re
from functools import cache
from importlib.resources import files

__all__ = ["error_in_chinese", "translated"]


def translated(text: str) -> str:
    """A text of the program in Chinese; as it is where it has no translation.

    What stands at a `{}` of the English form is put at the `{}` of the Chinese one, in order.
    Example: `translated("/tmp, 812 MB free")` is `"/tmp，可用 812 MB"`
    """
    whole, patterns = _texts()
    if text in whole:
        return whole[text]
    for pattern, chinese in patterns:
        if match := pattern.fullmatch(text):
            return chinese.format(*match.groups())
    return text


def error_in_chinese(error: Exception) -> str:
    """What kind of error it is and the remedy, in Chinese, and then the particulars as they were found.

    Example: `error_in_chinese(EmptyQuery("an empty query; give at least one word"))`
    """
    sentences = _errors()
    told = next((sentences[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in sentences), "")
    own = translated(str(error))
    if own != str(error) or not told:
        return own
    return f"{told}（详情：{own}）"


@cache
def _texts() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Texts without places, and patterns with them, the longest English form first."""
    rows = {**_rows("help.tsv"), **_rows("doctor.tsv"), **_rows("notes.tsv")}
    whole = {english: chinese for english, chinese in rows.items() if "{}" not in english}
    formed = sorted((english for english in rows if "{}" in english), key=len, reverse=True)
    return whole, tuple((_pattern(english), rows[english]) for english in formed)


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(piece) for piece in english.split("{}")), re.DOTALL)


@cache
def _errors() -> dict[str, str]:
    return _rows("errors.tsv")


def _rows(name: str) -> dict[str, str]:
    lines = files("api.messages").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {english: chinese for english, chinese in pairs}  # noqa: C416  # each line has two cells
