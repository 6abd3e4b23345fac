"""Texts that are pasted: an argument, or standard input where it is `-`."""

import sys

from api.errors import BadText

__all__ = ["read_pasted"]


def read_pasted(text: str) -> str:
    """The text, or what standard input holds; raises BadText for what is not Unicode, or nothing.

    Example: `read_pasted("押金") == "押金"`
    """
    if text == "-":
        try:
            text = sys.stdin.buffer.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise BadText(
                f"standard input is not UTF-8 at byte {error.start}; UTF-8 was expected; convert it first"
            ) from error
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadText("the text holds bytes that are no Unicode character; pass it as UTF-8")
    if not text.strip():
        raise BadText("the text is empty; a sentence or a paragraph was expected; - reads standard input")
    return text
