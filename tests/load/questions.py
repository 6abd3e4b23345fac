"""Questions made from the units of an index, so that no answer comes out of a cache and none is tuned to.

Nothing here is a real question: each is a clause of a unit in the forms in which people ask.
"""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["long_texts", "questions", "units_of"]

ROOT = Path(__file__).parents[2]
FORMS = (
    "{}",
    "{}？",
    "关于{}有什么规定？",
    "{}应当怎么办",
    "缔约国在{}方面应做什么？",
    "为什么说{}",
    "请问{}由谁负责，依据是什么",
    "{} {}",
    "{}与{}有何关系",
)
STOPS = "，。；：、！？（）《》“”()\n \u3000"


def units_of(index: Path) -> list[dict[str, Any]]:
    """Every citable unit of an index, as the command line gives them."""
    command = [sys.executable, "-m", "api", "units", "--index", str(index), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=120)
    units = json.loads(done.stdout)["units"]
    assert isinstance(units, list)
    return units


def questions(units: Sequence[dict[str, Any]], count: int, *, seed: int = 1) -> list[str]:
    """`count` distinct questions of 4 to some 60 characters; one in ten names a unit by its number."""
    chance = random.Random(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        unit = chance.choice(units)
        if chance.random() < 0.1:
            made[f"{unit['citation'][-40:]} {_clause(unit['text'], chance)[:8]}"] = None
            continue
        other = chance.choice(units)
        made[chance.choice(FORMS).format(_clause(unit["text"], chance), _clause(other["text"], chance))] = (
            None
        )
    return list(made)


def long_texts(
    units: Sequence[dict[str, Any]], count: int, *, length: int = 2_000, seed: int = 2
) -> list[str]:
    """`count` texts of `length` characters, each of several units: a pasted page."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        text = ""
        while len(text) < length:
            text += chance.choice(units)["text"]
        made.append(text[:length])
    return made


def _clause(text: str, chance: random.Random) -> str:
    """A stretch of 4 to 22 characters of one clause of a text, or the beginning of a text without any."""
    for stop in STOPS:
        text = text.replace(stop, "\n")
    clauses = [clause for clause in text.split("\n") if len(clause) >= 4] or [text[:8] or "条款"]
    clause = chance.choice(clauses)
    start = chance.randrange(max(1, len(clause) - 8))
    return clause[start : start + chance.randint(6, 22)]
