"""Text decoded with another encoding than it was written in, without any sign of it: 宸ヤ綔缁 for 工作组.

Each of the usual accidents is undone and the result looked at: where bytes of Chinese text come out as valid
text of the other encoding, it was one. Nothing is put right; what stands in the file is told.
"""

import re
from collections.abc import Iterator

from corpus.layout.decode import common_characters
from corpus.types import Anomaly, AnomalyKind, Span

__all__ = ["find_mojibake"]

_SHARE = 0.8  # of the bytes that must come out as Han characters
# Stretches of at least six characters: fewer come out right by chance (联通).
_LATIN = re.compile(
    r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122]{6,400}"
)
_OTHER = re.compile(r"[^\x00-\x7f]{6,400}")
_HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_LOST = re.compile("锟斤拷|(?:烫烫烫|屯屯屯){2}")


def find_mojibake(text: str) -> list[Anomaly]:
    """One anomaly that tells how many places there are and where the first is, or none.

    Example: `find_mojibake("1. 宸ヤ綔缁勫缓璁")[0].kind is AnomalyKind.MOJIBAKE`
    """
    found = [*_read_as_latin(text), *_read_as_gb(text)]
    lost = "characters that were lost when it was converted"
    found += [(Span(*match.span()), lost) for match in _LOST.finditer(text)]
    if not found:
        return []
    span, what = min(found)
    message = (
        f"{len(found)} place(s) look like {what}, the first “{text[span.start : span.end][:20]}”; words were "
        "expected: convert the file anew from its source, with the encoding that it has"
    )
    return [Anomaly(AnomalyKind.MOJIBAKE, message, span)]


def _read_as_latin(text: str) -> Iterator[tuple[Span, str]]:
    """Bytes above 127 that were read as letters of western Europe."""
    for run in _LATIN.finditer(text):
        data = _as_bytes(run[0])
        for encoding, name in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
            if data is not None and _reads_as_chinese(data, encoding):
                yield Span(*run.span()), f"{name} read as Latin letters"
                break


def _as_bytes(run: str) -> bytes | None:
    data = bytearray()
    for character in run:
        try:
            data += character.encode("latin-1" if character <= "\xff" else "cp1252")
        except UnicodeEncodeError:
            return None
    return bytes(data)


def _read_as_gb(text: str) -> Iterator[tuple[Span, str]]:
    """UTF-8 that was read as GB18030: rare characters of the form 宸ヤ綔."""
    whole = text.encode("gb18030", errors="ignore")
    if _han_bytes(whole, "utf-8") < min(0.02 * len(whole), 60):
        return  # whole documents are looked at line by line only where some of it may be
    for run in _OTHER.finditer(text):
        data = run[0].encode("gb18030", errors="ignore")
        if _han_bytes(data, "utf-8") >= _SHARE * len(data):
            yield Span(*run.span()), "UTF-8 read as GB18030"


def _reads_as_chinese(data: bytes, encoding: str) -> bool:
    """Whether nearly all bytes make characters of ordinary Chinese: of GB18030 any two bytes make one."""
    text = data.decode(encoding, errors="ignore")
    common = sum(character in common_characters() for character in text)
    width = 3 if encoding == "utf-8" else 2
    return _han_bytes(data, encoding) >= _SHARE * len(data) and width * common >= _SHARE * len(data)


def _han_bytes(data: bytes, encoding: str) -> int:
    """How many of the bytes make Han characters or marks when they are read so."""
    width = 3 if encoding == "utf-8" else 2
    return width * len(_HAN.findall(data.decode(encoding, errors="ignore")))
