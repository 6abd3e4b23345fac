"""Folding: one form for texts that differ only in width, script variant or case.

For matching only; what a reader sees stays verbatim. Three steps, each of which keeps the number
of characters except the last:

1. width: full-width ASCII (U+FF01 to U+FF5E), the ideographic space, Kangxi radicals and the CJK
   radicals supplement, which some PDF writers print for ordinary characters (⼈ for 人). Not NFKC:
   it rewrites Chinese punctuation and more (`…` to `...`, `㈠` to `(一)`).
2. script: traditional to simplified by OpenCC's t2s, which maps characters, not regional terms.
3. case: `str.casefold`, so `ß` becomes `ss`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from corpus.plain_text.lists import read_rows
from corpus.plain_text.radicals import radical_table

if TYPE_CHECKING:
    from opencc import OpenCC

__all__ = ["fold", "fold_with_map"]

_SUPPLEMENT = range(0x2E80, 0x2EF4)
_FULL_WIDTH_ASCII = range(0xFF01, 0xFF5F)
_FULL_WIDTH_SHIFT = 0xFF01 - 0x21
# UTF-8 cannot carry half of a surrogate pair, and OpenCC takes UTF-8.
_SURROGATES = range(0xD800, 0xE000)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_DOTS = "\u2027\u30fb\uff65"
_COMPATIBILITY = (range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
_WIDE = re.compile(
    f"[{_DASHES}{_DOTS}\u2e80-\u2ef3\u2f00-\u2fd5\u3000\ud800-\udfff\uf900-\ufaff\uff01-\uff5e"
    "\U0002f800-\U0002fa1f]"
)


def fold(text: str) -> str:
    """The form of `text` to compare and to index.

    Example: `fold("販運人口ＷＧ．４") == "贩运人口wg.4"`
    """
    return _simplify(_fold_width(text)).casefold()


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """`fold(text)`, and for each of its characters the offset in `text` that it comes from.

    Offsets never decrease; a character that folds to two gives its offset twice.
    Example: `fold_with_map("Ａß") == ("ass", [0, 1, 1])`
    """
    folded: list[str] = []
    offsets: list[int] = []
    # Case folding looks at one character at a time, and the steps before it keep positions.
    for offset, character in enumerate(_simplify(_fold_width(text))):
        small = character.casefold()
        folded.append(small)
        offsets.extend([offset] * len(small))
    return "".join(folded), offsets


def _fold_width(text: str) -> str:
    """Width folding, same length. `str.translate` with this table takes several times as long."""
    table = _width_table()
    return _WIDE.sub(lambda match: table[match[0]], text)


def _simplify(text: str) -> str:
    """Traditional to simplified, same length. ASCII text does not load OpenCC at all."""
    if text.isascii():
        return text
    converter = _converter()
    converted = str(converter.convert(text))
    if len(converted) == len(text):
        return _unify_variants(converted)
    # No entry of OpenCC's t2s tables changes the length; should a later version have one, single
    # characters still give exact offsets.
    singles = (str(converter.convert(character)) for character in text)
    same = "".join(one if len(one) == 1 else own for one, own in zip(singles, text, strict=True))
    return _unify_variants(same)


def _unify_variants(text: str) -> str:
    """Forms that t2s leaves, in text that it has converted; same length."""
    characters, kept = _variants()
    text = characters.sub(lambda match: _variant_table()[match[0]], text)
    if "甚么" in text:
        text = text.replace("甚么", "什么")
    return kept.sub(lambda match: match[0] if len(match[0]) > 1 else "着", text) if "著" in text else text


@cache
def _variants() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The characters of the list; and 著 alone, where it is in none of the words that keep it."""
    words = "|".join(word for (word,) in read_rows("zhu_words.txt", 1))
    return re.compile(f"[{''.join(_variant_table())}]"), re.compile(f"{words}|著")


@cache
def _variant_table() -> dict[str, str]:
    return dict(read_rows("variants.tsv", 2))  # type: ignore[arg-type]  # two columns are checked there


@cache
def _converter() -> OpenCC:
    """OpenCC with its tables: 17 ms to load, then about 60 MB a second; it holds no state."""
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _width_table() -> dict[str, str]:
    """Character to character, for every character of `_WIDE`."""
    table = {chr(code): chr(code) for code in _SUPPLEMENT}
    table.update(radical_table())
    table |= dict.fromkeys(_DASHES, "-") | dict.fromkeys(_DOTS, "·")
    for code in (code for block in _COMPATIBILITY for code in block):
        plain = unicodedata.normalize("NFKC", chr(code))
        table[chr(code)] = plain if len(plain) == 1 else chr(code)
    table["\u3000"] = " "
    table.update((chr(code), "\ufffd") for code in _SURROGATES)
    table.update((chr(code), chr(code - _FULL_WIDTH_SHIFT)) for code in _FULL_WIDTH_ASCII)
    return table
