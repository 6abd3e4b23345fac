"""The order in which precedents come."""

from enum import StrEnum

__all__ = ["Order"]


class Order(StrEnum):
    """In which order precedents come; undated documents come last."""

    STRENGTH = "strength"
    DATE = "date"
