"""Which encoders an index may name: those that whoever runs the program has chosen.

Chosen are the packaged ones, those of YINZHENG_ENCODERS, and those that the user has given to `yinzheng index
--encoder`, which are written down in the folder of the program's settings of that user.
"""

import os
from contextlib import suppress
from pathlib import Path

import typer

__all__ = ["VARIABLE", "remember_encoder", "trust_chosen_encoders"]

VARIABLE = "YINZHENG_ENCODERS"
_MOST_BYTES = 1 << 16


def trust_chosen_encoders() -> None:
    """Let this process open what has been chosen; called where a process begins."""
    named = (name.strip() for name in os.environ.get(VARIABLE, "").split(","))
    if chosen := [*filter(None, named), *_remembered()]:  # else nothing need be loaded
        from models.encoders.registry import trust_encoders

        trust_encoders(chosen)


def remember_encoder(name: str) -> None:
    """Write down that the user has chosen an encoder; where that cannot be, the variable has to say it."""
    if name in _remembered() or "\n" in name:
        return
    with suppress(OSError):  # a user without a home, as in a container
        _file().parent.mkdir(parents=True, exist_ok=True)
        with _file().open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")


def _remembered() -> list[str]:
    try:
        with _file().open(encoding="utf-8") as file:
            return file.read(_MOST_BYTES).splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _file() -> Path:
    return Path(typer.get_app_dir("yinzheng")) / "encoders"
