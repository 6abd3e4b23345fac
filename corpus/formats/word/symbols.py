"""Characters that Word names by font and place: w:sym."""

from functools import cache

from corpus.plain_text.lists import read_rows

__all__ = ["symbol"]

_FONTS = frozenset(("symbol", "wingdings"))
_PRIVATE = range(0xF000, 0xF100)  # where Word puts the characters of fonts without Unicode
_UNKNOWN = "\ufffd"


def symbol(font: str | None, place: str | None) -> str:
    """The character at a place of a font; U+FFFD, which is reported, where it is not known.

    Example: `symbol("Wingdings", "F0FE") == "☑"`
    """
    try:
        code = int(place or "", 16)
    except ValueError:
        return _UNKNOWN
    name = (font or "").casefold()
    if name in _FONTS:
        return _table().get((name, code - _PRIVATE.start if code in _PRIVATE else code), _UNKNOWN)
    is_text = 0x20 <= code < 0xD800 or 0xF900 <= code < 0xFFFE
    return chr(code) if is_text else _UNKNOWN


@cache
def _table() -> dict[tuple[str, int], str]:
    rows = read_rows("word_symbols.tsv", 3)
    return {(font, int(place, 16)): character for font, place, character in rows}
