"""Measured figures beside their bounds, as one table."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Figure", "table"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `most` or `least` is its bound, where it has one; `note` says what was not done."""

    group: str
    name: str
    value: float | None
    unit: str = ""
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether a bound does not hold; a figure that is not a number misses it."""
        if self.value is None:
            return False
        return (self.most is not None and not self.value <= self.most) or (
            self.least is not None and not self.value >= self.least
        )

    def line(self) -> str:
        """The figure as a line of the table."""
        value = "–" if self.value is None else f"{self.value:,.2f}".rstrip("0").rstrip(".")
        bound = (
            f"≤ {self.most:g}"
            if self.most is not None
            else f"≥ {self.least:g}"
            if self.least is not None
            else ""
        )
        verdict = "MISSED" if self.missed else "ok" if bound and self.value is not None else ""
        line = (
            f"{self.group:<12} {self.name:<58} {value:>12} {self.unit:<6} {bound:>8} {verdict:<6} {self.note}"
        )
        return line.rstrip()


def table(figures: Iterable[Figure]) -> str:
    """A line for each figure below a heading."""
    head = f"{'':<12} {'measure':<58} {'value':>12} {'unit':<6} {'bound':>8}"
    return "\n".join([head, *(figure.line() for figure in figures)])
