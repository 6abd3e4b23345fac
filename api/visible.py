"""Texts of documents where a reader's program would obey some of their characters, or refuse them."""

import re

__all__ = ["visible"]

# What XML 1.0, section 2.2, and with it DOCX cannot hold, and controls that a browser drops unseen:
# C0 without tab and newline, DEL and C1, surrogates, U+FFFE and U+FFFF. And the embeddings, overrides
# and isolates of UAX #9, which show a text in another order than it has.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def visible(text: str) -> str:
    r"""The text with such characters written as escapes; a Windows line end is a newline.

    Example: `visible("甲\x0c乙") == r"甲\x0c乙"`
    """
    return _UNSEEN.sub(_escape, text.replace("\r\n", "\n"))


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
