"""`index` with a file that hangs: one line says so, the other documents are indexed, the exit code is 4."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from tests.indexer_fakes import write_reports
from tests.misbehaving_reader import misbehave


@pytest.mark.parametrize("by_variable", [False, True])
def test_a_file_that_hangs_is_one_line_and_exit_code_4(
    by_variable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misbehave(monkeypatch)
    write_reports(tmp_path / "in")
    (tmp_path / "in" / "hang.txt").write_text("import time; time.sleep(60)", "utf-8")
    options = [] if by_variable else ["--timeout", "1", "--memory", "256"]
    runner = CliRunner(env={"YINZHENG_TIMEOUT": "1" if by_variable else None})
    arguments = [
        "index",
        str(tmp_path / "in"),
        "--index",
        str(tmp_path / "idx"),
        "--encoder",
        "hash",
        "--json",
    ]
    result = runner.invoke(app, [*arguments, *options])
    assert result.exit_code == 4
    assert result.stdout, result.stderr
    report = json.loads(result.stdout)
    assert report["added"] == ["a", "b", "c"]
    assert [failure["error"] for failure in report["failures"]] == ["TookTooLong"]
    told = [line for line in result.stderr.splitlines() if "hang.txt" in line]
    assert len(told) == 1
    assert told[0].startswith("not read: ")
    assert "stopped after 1 seconds" in told[0]


@pytest.mark.parametrize("options", [["--timeout", "0"], ["--memory", "1"], ["--timeout", "nan"]])
def test_limits_out_of_range_are_wrong_usage(options: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["index", str(tmp_path), "--index", str(tmp_path / "idx"), *options])
    assert result.exit_code == 2
