"""What the kinds of units are called in papers, and in the keys of reference managers."""

from collections.abc import Mapping
from typing import Final

from corpus.types import UnitKind

__all__ = ["KEYS", "NAMES"]

NAMES: Final[Mapping[str, str]] = {
    UnitKind.PARAGRAPH: "段落",
    UnitKind.RECOMMENDATION: "建议",
    UnitKind.ARTICLE: "条文",
    UnitKind.BLOCK: "文本块",
}

KEYS: Final[Mapping[UnitKind, str]] = {
    UnitKind.PARAGRAPH: "par",
    UnitKind.RECOMMENDATION: "rec",
    UnitKind.ARTICLE: "art",
    UnitKind.BLOCK: "block",
}
