"""The markers that a browser prints before the items of a list (HTML Standard, 4.4.5 to 4.4.8 and 15.3.8)."""

import re
from dataclasses import dataclass

from corpus.formats.counting import format_number

__all__ = ["OpenList", "open_list"]

_TYPES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman", "1": "decimal"}
# CSS Counter Styles 3: predefined styles, and the format of `counting` that prints the same.
_COUNTED = {
    "lower-roman": ("lowerRoman", "."),
    "upper-roman": ("upperRoman", "."),
    "cjk-decimal": ("ideographDigital", "、"),
    "cjk-ideographic": ("chineseCountingThousand", "、"),
    "simp-chinese-informal": ("chineseCountingThousand", "、"),
    "trad-chinese-informal": ("chineseCountingThousand", "、"),
    "simp-chinese-formal": ("chineseLegalSimplified", "、"),
    "trad-chinese-formal": ("ideographLegalTraditional", "、"),
}
_STYLE = re.compile(r"list-style(?:-type)?\s*:[^;]*?\b(none|decimal|[a-z]+-[a-z-]+)\b")
_INTEGER = re.compile(r"\s*([+-]?\d{1,9})")


@dataclass(slots=True)
class OpenList:
    """A list that is being read: the next ordinal (None in a bulleted list), its step and its style."""

    ordinal: int | None
    step: int
    style: str

    def marker(self, attributes: dict[str, str]) -> str:
        """The marker of the next item, with the space after it.

        Example: `open_list("ol", {"type": "a"}, 0).marker({}) == "a. "`
        """
        style = _style(attributes, self.style)
        value = _INTEGER.match(attributes.get("value", ""))
        if self.ordinal is not None and value is not None:
            self.ordinal = int(value[1])
        number = self.ordinal
        if self.ordinal is not None:
            self.ordinal += self.step
        if style == "none":
            return ""
        return "- " if number is None else _printed(number, style)


def open_list(tag: str, attributes: dict[str, str], items: int) -> OpenList:
    """A list that opens; `items` is the number of its own items, which a reversed list begins with."""
    if tag != "ol":
        return OpenList(None, 1, _style(attributes, "disc"))
    start = _INTEGER.match(attributes.get("start", ""))
    backwards = "reversed" in attributes
    first = int(start[1]) if start is not None else items if backwards else 1
    return OpenList(first, -1 if backwards else 1, _style(attributes, "decimal"))


def _style(attributes: dict[str, str], otherwise: str) -> str:
    found = _STYLE.search(attributes.get("style", "").lower())
    return found[1] if found else _TYPES.get(attributes.get("type", "").strip(), otherwise)


def _printed(number: int, style: str) -> str:
    """The number in a style; in digits where the style has no such number or is not known here."""
    if style in ("lower-alpha", "lower-latin", "upper-alpha", "upper-latin") and number > 0:
        letters = _letters(number)
        return f"{letters if style.startswith('lower') else letters.upper()}. "
    if style in _COUNTED and number > 0:
        form, after = _COUNTED[style]
        printed = format_number(number, form)
        if printed is not None:
            return f"{printed}{after}{' ' if after == '.' else ''}"
    return f"{number}. "


def _letters(number: int) -> str:
    """a to z, then aa, ab: counting in base 26 without a zero."""
    out = ""
    while number:
        number, at = divmod(number - 1, 26)
        out = chr(ord("a") + at) + out
    return out
