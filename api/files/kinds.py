"""What kinds of units and strengths of duties are called in papers, and keys for reference managers."""

from collections.abc import Mapping
from typing import Final

from corpus.types import UnitKind

__all__ = ["KEYS", "NAMES", "STRENGTHS"]

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

STRENGTHS: Final[Mapping[str, str]] = {
    "shall": "应",
    "shall_qualified": "应酌情、应努力",
    "shall_consider": "应考虑",
    "urge": "促请、敦促",
    "call_upon": "呼吁",
    "request": "请",
    "encourage": "鼓励",
    "invite": "邀请",
    "may_wish": "似宜",
    "may": "可",
}
"""The verbs that each strength stands for, as search/wording/strength.py reads them."""
