"""API keys: what is kept of them, what they open, and files that cannot be used."""

import hashlib
import json
import stat
from pathlib import Path

import pytest

from api.errors import BadInput, BadKeys
from api.service.gate.access_keys import add_key, find_key, read_keys
from api.service.policy import Scope
from tests.api_support import yinzheng


def test_a_key_is_found_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    reading, writing = add_key(file, "阅览室", Scope.READ), add_key(file, "index keeper", Scope.WRITE)
    kept = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    assert [one["sha256"] for one in kept] == [
        hashlib.sha256(key.encode()).hexdigest() for key in (reading, writing)
    ]
    assert reading.split("_")[2] not in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    keys = read_keys(file)
    found = find_key(keys, reading)
    assert found is not None
    assert (found.name, found.scope, found.may(Scope.READ), found.may(Scope.WRITE)) == (
        *("阅览室", Scope.READ),
        *(True, False),
    )
    keeper = find_key(keys, writing)
    assert keeper is not None
    assert keeper.may(Scope.READ)
    assert keeper.may(Scope.WRITE)


def test_nothing_but_the_key_is_the_key(tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    key, other = add_key(file, "a", Scope.READ), add_key(file, "b", Scope.READ)
    keys = read_keys(file)
    swapped = "_".join([*key.split("_")[:2], other.split("_", 2)[2]])
    wrong = [
        key[:-1],
        key + "A",
        key.upper(),
        f" {key}",
        swapped,
        "",
        "yz__",
        "\ud800",
        hashlib.sha256(key.encode()).hexdigest(),
    ]
    assert [find_key(keys, one) for one in wrong] == [None] * len(wrong)
    assert find_key({}, key) is None


def test_a_last_line_without_its_end_does_not_swallow_the_next_key(tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    first = add_key(file, "a", Scope.READ)
    file.write_text(file.read_text().rstrip("\n"))
    second = add_key(file, "b", Scope.READ)
    keys = read_keys(file)
    assert all(find_key(keys, key) for key in (first, second))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"hunter2\n", "line 1"),
        (b'{"id": "00000000", "name": "a", "scope": "read"}\n', "line 1"),
        (b'\n{"id": "00000000", "name": "a", "scope": "admin", "sha256": "00"}\n', "line 2"),
        (b'{"id": "00000000", "name": "a", "scope": "read", "sha256": "00"}\n', "another form"),
        (b"[]\n", "line 1"),
    ],
)
def test_a_file_that_is_no_key_file_is_refused_with_its_line(
    tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "keys.jsonl"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(BadKeys, match=told):
        read_keys(file)


def test_a_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    add_key(file, "a", Scope.READ)
    file.chmod(0o620)
    with pytest.raises(BadKeys, match="chmod go-w"):
        read_keys(file)
    with pytest.raises(BadKeys, match="yinzheng key new"):
        read_keys(tmp_path / "absent")
    with pytest.raises(BadInput, match="whose key"):
        add_key(tmp_path / "other", " ", Scope.READ)


def test_the_command_prints_the_key_once(tmp_path: Path) -> None:
    file = tmp_path / "keys.jsonl"
    done = yinzheng("key", "new", "--scope", "write", "--name", "index keeper", "--keys", file)
    assert done.returncode == 0, done.stderr
    assert find_key(read_keys(file), done.stdout.strip()) is not None
    assert done.stdout.strip() not in done.stderr
    assert yinzheng("key", "new", "--scope", "write", "--name", "x").returncode == 2
