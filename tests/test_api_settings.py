"""The settings of the service and the policy that follows from them."""

from pathlib import Path

import pytest

from api.errors import BadInput, BadKeys
from api.service.gate.access_keys import add_key
from api.service.policy import MIB, Policy, Scope
from api.service.settings import load_settings, policy_of


def test_on_loopback_all_is_open_and_only_loopback_is_named() -> None:
    policy = policy_of(load_settings())
    assert policy == Policy(hosts=("localhost", "127.0.0.1", "::1"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "library.example"])
def test_elsewhere_keys_are_needed_and_requests_are_counted(host: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"yinzheng key new .* --no-keys"):
        policy_of(load_settings(host=host))
    open_to_all = policy_of(load_settings(host=host, no_keys=True))
    assert (open_to_all.keys, open_to_all.rate, open_to_all.hosts) == (None, "600/minute", ())
    add_key(tmp_path / "keys", "a", Scope.READ)
    assert policy_of(load_settings(host=host, keys=tmp_path / "keys")).keys == tmp_path / "keys"
    with pytest.raises(BadInput, match="leave one out"):
        policy_of(load_settings(host=host, keys=tmp_path / "keys", no_keys=True))


def test_the_environment_is_read_and_options_go_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "WORKERS": "3",
        "RATE": "5/second",
        "ALLOWED_HOSTS": "a.example, b.example",
        "CACHE_MIB": "2",
        "ALLOW_ORIGINS": "https://a.example",
        "TRUSTED_PROXIES": "10.0.0.0/8,::1",
        "AT_ONCE": "4",
        "WAITING": "7",
        "WAIT_SECONDS": "0.5",
        "REQUEST_SECONDS": "3",
        "LOST_SECONDS": "8",
    }
    for name, text in values.items():
        monkeypatch.setenv(f"YINZHENG_{name}", text)
    assert load_settings(workers=2).workers == 2
    settings = load_settings()
    assert settings.workers == 3
    assert policy_of(settings) == Policy(
        at_once=4,
        waiting=7,
        wait_seconds=0.5,
        request_seconds=3,
        lost_seconds=8,
        cache_bytes=2 * MIB,
        rate="5/second",
        hosts=("a.example", "b.example", "localhost", "127.0.0.1", "::1"),
        origins=("https://a.example",),
        proxies=("10.0.0.0/8", "::1"),
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"workers": 0}, "YINZHENG_WORKERS"),
        ({"at_once": 0}, "YINZHENG_AT_ONCE"),
        ({"request_seconds": "nan"}, "YINZHENG_REQUEST_SECONDS"),
        ({"lost_seconds": 5}, "YINZHENG_LOST_SECONDS"),
        ({"rate": "now and then"}, "600/minute"),
        ({"trusted_proxies": "everyone"}, "an address or a network"),
    ],
)
def test_what_cannot_be_used_is_said(given: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        policy_of(load_settings(**given))


def test_a_key_file_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadKeys, match="cannot be read"):
        policy_of(load_settings(keys=tmp_path / "absent"))
