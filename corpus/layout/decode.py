"""Bytes of a file to text: UTF-8, UTF-16 and GB18030, told apart without guessing.

GB18030 gives a character to almost any two bytes, so its reading counts only where the text looks
like Chinese: Big5 or random bytes read as GB18030 are full of rare and private-use characters.
"""

import codecs
import unicodedata
from collections import Counter
from functools import cache

from corpus.errors import BinaryFile, EmptyFile, UnknownEncoding

__all__ = ["common_characters", "decode"]

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_MAGIC = (
    (b"%PDF", "a PDF file", "export its text first, e.g. with pdftotext"),
    (b"PK\x03\x04", "a ZIP archive or an Office document (DOCX)", "save the document as plain text (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (DOC)", "save the document as plain text (UTF-8)"),
    (b"{\\rtf", "an RTF document", "save the document as plain text (UTF-8)"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"\x89PNG", "a PNG image", "run text recognition on it first"),
    (b"\xff\xd8\xff", "a JPEG image", "run text recognition on it first"),
)
_SAMPLE = 65_536  # bytes or characters looked at to judge a file
_MOST_CONTROLS = 0.01  # share of control characters in a text file
# Share of common characters among those beyond ASCII, measured on stretches of 200 characters: at least
# 0.97 in simplified and 0.50 in traditional Chinese, at most 0.35 in Big5 read as GB18030.
_LEAST_COMMON = 0.45
# Korean in EUC-KR reads as common characters, but never as these; Chinese has at least 0.03 of them.
_PARTICLES = frozenset("的是在和有一不为中国人会与及以对于上这个用大年國為會與對於這個")
_LEAST_PARTICLES = 0.01
_ENOUGH = 100  # characters; a shorter text may do without them
_MOST_PRIVATE = 0.005


def decode(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file and the name of its encoding; the byte-order mark is dropped, line ends stay.

    `name` is the file's name for messages. Raises EmptyFile, BinaryFile or UnknownEncoding.
    Example: `decode("第1段".encode("gb18030"), "a.txt") == ("第1段", "gb18030")`
    """
    if not data.strip():
        raise EmptyFile(f"{name} is empty ({len(data)} bytes); a document with text was expected")
    _refuse_known_binaries(data, name)
    text, encoding = _by_bom(data, name) or _by_trial(data, name)
    if not text.strip():
        raise EmptyFile(f"{name} holds white space only; a document with text was expected")
    _refuse_controls(text, name)
    return text, encoding


def _refuse_known_binaries(data: bytes, name: str) -> None:
    for magic, kind, remedy in _MAGIC:
        if data.startswith(magic):
            raise BinaryFile(f"{name} is {kind}; a text file was expected: {remedy}")


def _by_bom(data: bytes, name: str) -> tuple[str, str] | None:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnknownEncoding(f"{name} is in UTF-32; expected UTF-8, UTF-16 or GB18030: convert it to UTF-8")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data[len(bom) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise UnknownEncoding(
                    f"{name} has the mark of {encoding} but byte {error.start + len(bom)} is not {encoding}; "
                    "it may be cut off or damaged: save it again as UTF-8"
                ) from error
    return None


def _by_trial(data: bytes, name: str) -> tuple[str, str]:
    if b"\x00" in data:
        found = _utf16_without_bom(data)
        if found is None:
            raise BinaryFile(
                f"{name} holds NUL bytes; a text file was expected: save the document as text (UTF-8)"
            )
        return found
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        damaged = error
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if _looks_chinese(text):
        return text, "gb18030"
    raise UnknownEncoding(
        f"{name} is not UTF-8 (byte {damaged.start}), UTF-16 or GB18030; "
        "it may be damaged or in another encoding such as Big5: convert it to UTF-8, e.g. with iconv"
    )


def _utf16_without_bom(data: bytes) -> tuple[str, str] | None:
    """By the NULs of ASCII characters: in the odd bytes of little-endian text, the even of big-endian.

    一 (U+4E00) has a NUL on the other side, so their number decides which reading is tried first only.
    """
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be") if odd > even else ("utf-16-be", "utf-16-le"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_like_text(text):
            return text, encoding
    return None


def _looks_like_text(text: str) -> bool:
    sample = text[:_SAMPLE]
    return _share(sample, ("Cc", "Cn", "Co")) <= _MOST_CONTROLS and (
        sample.isascii() or _looks_chinese(sample)
    )


def _share(text: str, categories: tuple[str, ...]) -> float:
    kinds = ((c, often) for c, often in Counter(text).items() if c not in "\t\n\r\f\v\x85")
    bad = sum(often for c, often in kinds if unicodedata.category(c) in categories)
    return bad / max(1, len(text))


def _refuse_controls(text: str, name: str) -> None:
    if _share(text[:_SAMPLE], ("Cc",)) > _MOST_CONTROLS:
        raise BinaryFile(
            f"{name} holds many control characters; a text file was expected: "
            "save the document as text (UTF-8)"
        )


@cache
def common_characters() -> frozenset[str]:
    """Characters of ordinary Chinese text: level 1 of GB 2312 (3,755 by frequency) and its symbols.

    Example: `"的" in common_characters()`
    """
    han = (bytes([lead, trail]) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    symbols = (bytes([lead, trail]) for lead in (0xA1, 0xA3) for trail in range(0xA1, 0xFF))
    return frozenset(b"".join([*han, *symbols]).decode("gb2312", errors="ignore"))


def _looks_chinese(text: str) -> bool:
    sample = [character for character in text[:_SAMPLE] if not character.isascii()]
    if not sample or _share("".join(sample), ("Co", "Cn")) > _MOST_PRIVATE:
        return False
    if len(sample) >= _ENOUGH and sum(c in _PARTICLES for c in sample) < _LEAST_PARTICLES * len(sample):
        return False
    common = common_characters()
    return sum(character in common for character in sample) / len(sample) >= _LEAST_COMMON
