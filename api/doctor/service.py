"""The settings that `serve` would run with, where each comes from, and whether its port is free."""

import os
import socket
from collections.abc import Collection, Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from api.doctor.finding import Area, Finding, fine, problem, warning
from api.errors import BadInput

__all__ = ["port", "settings"]

PREFIX = "YINZHENG_"
PROBE_SECONDS = 2.0


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


def port() -> Iterator[Finding]:
    """Whether `serve` could listen, or already does."""
    from api.service.settings import load_settings

    try:
        loaded = load_settings()
    except BadInput:
        return  # `settings` tells it
    place = f"{loaded.host}:{loaded.port}"
    try:
        family = socket.getaddrinfo(loaded.host, loaded.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((loaded.host, loaded.port))
    except OSError as error:
        if _is_ours(loaded.host, loaded.port):
            yield fine(Area.SETTINGS, "port", f"{place}, where the service answers already")
            return
        yield warning(
            Area.SETTINGS,
            "port",
            f"{place}: {error.strerror or error}",
            "an address of this machine and a port that is free",
            "end what listens there, or give serve another --host or --port",
        )
    else:
        yield fine(Area.SETTINGS, "port", f"{place}, free")


def _is_ours(host: str, port: int) -> bool:
    """Whether /healthz answers as the service does."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # the wildcard is no address to ask at
    connection = HTTPConnection(here, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.status == 200 and b"alive" in answer.read(1000)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
