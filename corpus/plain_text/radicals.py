"""Write radicals as the characters that they stand for.

Browsers that print to PDF often map a glyph back to the first code point that the font gives it, so that 人
comes out as ⼈ (U+2F08), and no search finds it. Only the two blocks of radicals are folded: NFKC as a
whole would also turn ，into a comma.
"""

import unicodedata
from functools import cache

from corpus.plain_text.lists import read_rows

__all__ = ["fold_radicals", "radical_table"]


def fold_radicals(text: str) -> str:
    """`text` with ordinary characters for radicals; its length does not change.

    Example: `fold_radicals("⼈⼝贩运，⻅第⼆段") == "人口贩运，见第二段"`
    """
    return text.translate(_code_points())


@cache
def radical_table() -> dict[str, str]:
    """Each radical and its character: Kangxi by their compatibility mapping, the supplement by a list."""
    kangxi = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    return kangxi | {row[0]: row[1] for row in read_rows("radicals.tsv", 2)}


@cache
def _code_points() -> dict[int, str]:
    return {ord(radical): plain for radical, plain in radical_table().items()}
