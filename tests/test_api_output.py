"""Output for people: nothing in a document, a name or a query reaches the terminal as a command."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.output import visible
from tests.api_support import one_object, yinzheng

EVIL = "甲\x1b[2J乙\x1b]0;名\x07丙\u202e丁\u2066戊\x9b31m己\x7f"
SHOWN = r"甲\x1b[2J乙\x1b]0;名\x07丙\u202e丁\u2066戊\x9b31m己\x7f"
OBEYED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def obeyed(text: str) -> set[str]:
    """By category rather than by the table of the code: controls, and the named format characters."""
    return {c for c in text if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c in OBEYED}


@given(st.text(st.characters(categories=["Cc", "Cf", "Lo", "P"])))
def test_only_what_a_terminal_obeys_is_escaped(text: str) -> None:
    assert obeyed(visible(text)) == set()
    kept = "".join(c for c in text.replace("\r\n", "\n") if not obeyed(c))
    if not obeyed(text):
        assert visible(text) == kept == text
    assert len(visible(text)) >= len(kept)


def test_escapes_are_those_of_the_code_point() -> None:
    assert visible(EVIL) == SHOWN
    assert visible("甲\r\n\t乙\r") == "甲\n\t乙" + r"\x0d"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("output")
    text = f"一. 标题{EVIL}\n\n1. 押金{EVIL}应当退还。\n\n2. {'缔约方应交流押金数据。' * 200}\n"  # few enough controls for a text
    (place / "evil.txt").write_text(text, encoding="utf-8")
    (place / "evil.toml").write_text(f"title = {json.dumps(EVIL)}\n", encoding="utf-8")
    done = yinzheng("index", place, "--index", place / "i", "--encoder", "hash")
    assert done.returncode == 0, done.stderr
    return place / "i"


COMMANDS = [
    ["search", "押金"],
    ["ask", "押金应当退还"],
    ["show", "evil 段1", "--context", "1"],
    ["units"],
    ["documents"],
    ["related", "evil 段1"],
    ["cited-by", "A/RES/1/1" + EVIL],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_no_document_commands_the_terminal(index: Path, command: list[str]) -> None:
    done = yinzheng(*command, "--index", index)
    assert obeyed(done.stdout + done.stderr) == set()
    if command[0] not in ("related", "cited-by"):
        assert r"\x1b[2J" in done.stdout, "shown, not dropped"


def test_json_is_exact(index: Path) -> None:
    units = one_object(yinzheng("units", "--index", index, "--json"))["units"]
    assert f"押金{EVIL}应当退还。" in units[0]["text"]


def test_colours_of_our_own_remain(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    from api.output import show

    show(Console(force_terminal=True, color_system="standard", highlight=False), "\x1b[2J", "bold")
    assert capsys.readouterr().out == "\x1b[1m\\x1b[2J\x1b[0m\n"
