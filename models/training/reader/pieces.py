"""A vocabulary whose cuts fall where answers begin and end.

With the pieces of e5 one answer in nine cannot be marked: “%。”, “日至”, “、3” are one piece each.
"""

import unicodedata
from typing import Any

__all__ = ["cut_tokenizer", "marking_pieces"]

UNITS = frozenset("年月日号时分秒个名人项条款件次届章段份元吨岁页国%代")
FUNCTION = frozenset("的了和与及或至到在从自由向对为是将被把于以并而但即则就也都起止间前后中内外上下等")


def marking_pieces(pieces: list[str]) -> list[int]:
    """Ids of the pieces that do not join what an answer must part; marks such as <s> stay.

    Example: of `["日", "日至", "%。", "议定书"]` those at 0 and 3 stay.
    """
    return [number for number, piece in enumerate(pieces) if not _joins(piece)]


def cut_tokenizer(tokenizer: Any, kept: list[int]) -> Any:
    """The tokenizer with the pieces `kept` alone, renumbered in their order."""
    import json

    from tokenizers import Tokenizer

    state = json.loads(tokenizer.to_str())
    pieces = state["model"]["vocab"]
    unknown = state["model"]["unk_id"]
    state["model"] |= {"vocab": [pieces[number] for number in kept], "unk_id": kept.index(unknown)}
    return Tokenizer.from_str(json.dumps(state))


def _joins(piece: str) -> bool:
    bare = piece.removeprefix("▁")
    if len(bare) < 2 or (bare.startswith("<") and bare.endswith(">")):
        return False
    kinds = {_kind(character) for character in bare}
    if len(kinds) > 1 and kinds & {"punctuation", "digit"}:
        return True
    if kinds != {"han"} or len(bare) > 2:
        return False
    first, last = bare[0], bare[1]
    return (first in UNITS and last in FUNCTION) or (first in FUNCTION) != (last in FUNCTION)


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if "\u4e00" <= character <= "\u9fff":
        return "han"
    if unicodedata.category(character)[0] in "PS":
        return "punctuation"
    return "letter"
