"""The settings that `serve` would run with, and where each comes from."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from api.doctor.finding import Area, Finding, fine, problem, warning
from api.errors import BadInput

__all__ = ["settings"]

PREFIX = "YINZHENG_"


def settings(of_commands: Collection[str] = ()) -> Iterator[Finding]:
    """Every setting with its value and source; variables that nothing reads; files that are not there.

    `of_commands` are the variables that stand in for options of the command line.
    """
    from api.service.settings import Settings, load_settings, policy_of

    names = {PREFIX + field.upper(): field for field in Settings.model_fields}
    given = {name: value for name, value in os.environ.items() if name.upper().startswith(PREFIX)}
    read = {*names, *of_commands}
    for name in sorted(name for name in given if name.upper() not in read):
        yield warning(
            Area.SETTINGS,
            name,
            "set, and read by nothing",
            f"one of {', '.join(sorted(read))}",
            f"unset {name}",
        )
    try:
        loaded = load_settings()
        policy_of(loaded)  # what `serve` would refuse to start with: no keys, bad keys, bad rates
    except BadInput as error:
        yield problem(Area.SETTINGS, "settings", str(error), "values that can be used", "mend or unset them")
        return
    from_environment = {name.upper() for name in given}
    for name, field in names.items():
        value = getattr(loaded, field)
        source = "from the environment" if name in from_environment else "the default"
        if isinstance(value, Path) and field != "index" and not value.is_file():
            found = f"{value} ({source}), which is no file"
            yield problem(Area.SETTINGS, name, found, "a file that can be read", f"mend or unset {name}")
        else:
            yield fine(Area.SETTINGS, name, f"{value} ({source})")
