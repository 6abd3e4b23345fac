"""Snapshots of every format that was ever released open, and answer what they answered when they were made."""

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.verify import verify
from tests.format_snapshots import answers

DATA = Path(__file__).parent / "data"
FORMATS = sorted(path.name for path in DATA.glob("format-*"))


def expected(name: str) -> Any:
    return json.loads((DATA / name / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FORMATS)
def test_an_old_snapshot_answers_as_it_did(name: str) -> None:
    found = answers(DATA / name / "index")
    for wanted, document in zip(expected(name)["documents"], found["documents"], strict=True):
        assert {field: document[field] for field in wanted} == wanted
    for part, wanted in expected(name).items():
        if part not in {"documents", "units"}:
            assert found[part] == wanted, part
    for wanted, unit in zip(expected(name)["units"], found["units"], strict=True):
        assert {field: unit[field] for field in wanted} == wanted
    assert len(found["units"]) == 119
    assert verify(DATA / name / "index") == []
