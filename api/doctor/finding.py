"""What one look at something found, and how looks are taken so that none can end the others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Area", "Check", "Finding", "Level", "fine", "look", "problem", "warning"]


class Level(StrEnum):
    """How bad it is: a warning may be as intended, a problem keeps something from working."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Area(StrEnum):
    """What it is about; a problem of the index has its own exit code."""

    PROGRAM = "program"
    MACHINE = "machine"
    SETTINGS = "settings"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `expected` and `remedy` are None where there is nothing to say.

    Example: `Finding(Area.MACHINE, "temporary files", Level.OK, "/tmp, 812 MB free")`
    """

    area: Area
    name: str
    level: Level
    found: str
    expected: str | None = None
    remedy: str | None = None


Check = Callable[[], Iterable[Finding]]


def fine(area: Area, name: str, found: str, *, remedy: str | None = None) -> Finding:
    """All as it should be; a remedy then says how to get what is optional."""
    return Finding(area, name, Level.OK, found, None, remedy)


def warning(area: Area, name: str, found: str, expected: str, remedy: str) -> Finding:
    """Something that may be as intended."""
    return Finding(area, name, Level.WARNING, found, expected, remedy)


def problem(area: Area, name: str, found: str, expected: str, remedy: str) -> Finding:
    """Something that keeps a command or the service from working."""
    return Finding(area, name, Level.PROBLEM, found, expected, remedy)


def look(area: Area, name: str, check: Check) -> list[Finding]:
    """What a check finds. One that breaks is itself a finding: the doctor is run where things are broken."""
    try:
        return list(check())
    except Exception as error:  # whatever it is, the other checks are wanted all the same
        found = f"{type(error).__name__}: {error}"
        return [problem(area, name, found, "a check that runs to its end", "mend what the error names")]
