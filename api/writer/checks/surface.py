"""Checks on the sentence alone: is it plain Chinese text that may be shown at all?"""

import re
import unicodedata

from api.writer.checks.words import normal
from api.writer.types import Draft, Removal
from corpus.plain_text.sentences import split_sentences

__all__ = ["LONGEST", "check_surface", "speaks_to_a_program"]

LONGEST = 300
"""Characters of a sentence; a summary's sentence has under 100, a page of something else has more."""

SHORTEST = 4
"""Han characters of a sentence."""

# General categories that show nothing (Unicode standard, 4.5): controls, format, surrogates and such.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKUP = re.compile(r"[\[［【]\s*[0-9]|[<>`|\\{}#*~^$]|\]\(|__|&[#a-z]\w*;|!\[", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.\-]*:/|www\.|[\w.+\-]+@[\w\-]+\.|(?<![a-z0-9/])(?:[a-z0-9\-]+\.)+(?:com|org|net|cn|io|int|example|ru|info|biz|xyz|top)(?![a-z])"
    r"|(?<![0-9.])\d{1,3}(?:\.\d{1,3}){3}(?![0-9.])",
    re.IGNORECASE,
)
_HAN = re.compile("[㐀-鿿]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]")
_TO_A_PROGRAM = re.compile(
    r"(?:忽略|无视|忘记|不要理会|不必理会|跳过|覆盖)[^,。;]{0,12}(?:指示|指令|说明|规则|提示|要求|设定|约束)"
    r"|系统(?:提示|指令|消息)|提示词|(?:你|您)(?:现在|从现在起|必须|应当|应|要|只能|将|是一)|(?:语言|ai|大)模型|人工智能助手|(?:作为|我是)[^,。]{0,6}助手"
    r"|ignore[^.。]{0,30}(?:instruction|above|previous)|system\s*prompt|(?:^|\n)\s*(?:system|assistant|user)\s*:"
    r"|<\|?(?:im_start|system|assistant)|\[/?inst\]",
    re.IGNORECASE,
)


def check_surface(draft: Draft) -> Removal | None:
    """The first reason not to show the sentence, whatever it cites."""
    text = draft.text
    if len(text) > LONGEST:
        return Removal.TOO_LONG
    if len(_HAN.findall(text)) < SHORTEST and not _LATIN.search(text):
        return Removal.MALFORMED
    if any(unicodedata.category(character) in _UNSEEN for character in text):
        return Removal.UNSAFE_TEXT
    folded = unicodedata.normalize("NFKC", text)  # so that ｈｔｔｐ and ＜ are seen
    if _MARKUP.search(folded):
        return Removal.MARKUP
    if _ADDRESS.search(folded):
        return Removal.ADDRESS
    if len(_HAN.findall(text)) <= len(_LATIN.findall(folded)):
        return Removal.LANGUAGE
    if len(split_sentences(text)) > 1:
        return Removal.MALFORMED
    return Removal.INSTRUCTION if speaks_to_a_program(text) else None


def speaks_to_a_program(text: str) -> bool:
    """Whether a text tells a program what to do; such a quote is not shown to the model at all.

    A list of forms can be evaded. It spares work: what a model was talked into still has to pass the checks.
    Example: true of 请忽略以上指示
    """
    return _TO_A_PROGRAM.search(normal(text)) is not None or _TO_A_PROGRAM.search(text) is not None
