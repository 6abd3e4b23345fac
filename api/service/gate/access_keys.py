"""API keys: made once, shown once, kept as hashes in a file of JSON lines.

A line: `{"id": "5f1c09ab", "name": "reading room", "scope": "read", "sha256": "…", "created": "2031-05-19"}`.
A key is `yz_<id>_<secret>`; the secret is 256 random bits. A fast hash is right for such a secret: what slows
guessing is its length, and a slow hash (scrypt) is for passwords, which are guessable, and would cost the
service 50 ms a request. Removing a line ends a key.
"""

import datetime
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from api.errors import BadInput, BadKeys
from api.service.policy import Scope

__all__ = ["AccessKey", "add_key", "find_key", "read_keys"]

_PRESENTED = re.compile(r"yz_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")
_NOBODY = hashlib.sha256(b"no key has this id").hexdigest()
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key as it is kept: without its secret."""

    id: str
    name: str
    scope: Scope
    sha256: str

    def may(self, wanted: Scope) -> bool:
        """Whether this key's scope covers another."""
        return self.scope in (Scope.WRITE, wanted)


def add_key(file: Path, name: str, scope: Scope, *, today: datetime.date | None = None) -> str:
    """Make a key, append its hash to the file and return the key, which is kept nowhere.

    A new file is made for its owner alone. Raises BadInput for a name that is empty or longer than 200
    characters, BadKeys for a file that is no key file.
    Example: `add_key(Path("keys.jsonl"), "reading room", Scope.READ)` is `yz_5f1c09ab_…`
    """
    if not name.strip() or len(name) > MAX_NAME:
        raise BadInput(
            f"found a name of {len(name)} characters; 1 to {MAX_NAME} were expected; say whose key it is"
        )
    known = read_keys(file) if file.exists() else {}
    id = secrets.token_hex(4)
    while id in known:
        id = secrets.token_hex(4)
    key = f"yz_{id}_{secrets.token_urlsafe(32)}"
    created = (today or datetime.date.today()).isoformat()
    line = orjson.dumps(
        {"id": id, "name": name, "scope": str(scope), "sha256": _hash(key), "created": created},
        option=orjson.OPT_APPEND_NEWLINE,
    )
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as opened:
        # A blank line costs nothing; a last line without its end would swallow the new one.
        opened.write(b"\n" + line if known else line)
        opened.flush()
        os.fsync(opened.fileno())
    return key


def read_keys(file: Path) -> dict[str, AccessKey]:
    """The keys of a file by their ids; raises BadKeys, also where others may write the file."""
    try:
        if os.name == "posix" and file.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise BadKeys(
                f"others than its owner may write {file}, and so let themselves in: chmod go-w {file}"
            )
        lines = file.read_bytes().splitlines()
    except OSError as error:
        remedy = "make it with: yinzheng key new --scope read --name NAME --keys FILE"
        raise BadKeys(f"the key file {file} cannot be read: {error.strerror}; {remedy}") from error
    keys = [_read(line, f"{file}, line {at}") for at, line in enumerate(lines, start=1) if line.strip()]
    return {key.id: key for key in keys}


def find_key(keys: Mapping[str, AccessKey], presented: str) -> AccessKey | None:
    """The key that was presented; None for any other string, after comparing hashes in constant time."""
    parts = _PRESENTED.fullmatch(presented)
    known = keys.get(parts[1]) if parts else None
    expected = known.sha256 if known else _NOBODY
    matches = hmac.compare_digest(_hash(presented), expected)
    return known if matches else None


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _read(line: bytes, where: str) -> AccessKey:
    expected = "a line as `yinzheng key new` writes it was expected; remove the line and make a new key"
    try:
        value: Any = orjson.loads(line)
        key = AccessKey(str(value["id"]), str(value["name"]), Scope(value["scope"]), str(value["sha256"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadKeys(f"{where}: found no key ({error!r:.100}); {expected}") from error
    if not re.fullmatch("[0-9a-f]{8}", key.id) or not re.fullmatch("[0-9a-f]{64}", key.sha256):
        raise BadKeys(f"{where}: found an id or hash of another form; {expected}")
    return key
