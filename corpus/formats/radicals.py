"""Write radicals as the characters that they stand for.

Browsers that print to PDF often map a glyph back to the first code point that the font gives it, so that 人
comes out as ⼈ (U+2F08), and no search finds it. Only the two blocks of radicals are folded: NFKC as a
whole would also turn ，into a comma.
"""

import unicodedata
from functools import cache
from importlib.resources import files

__all__ = ["fold_radicals"]


def fold_radicals(text: str) -> str:
    """`text` with ordinary characters for radicals; its length does not change.

    Example: `fold_radicals("⼈⼝贩运，⻅第⼆段") == "人口贩运，见第二段"`
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    """Kangxi radicals by their compatibility mapping; the supplement, which mostly has none, by a list."""
    kangxi = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    lines = (files("corpus") / "data" / "radicals.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return kangxi | {ord(radical): character for radical, character in (line.split("\t") for line in lines)}
