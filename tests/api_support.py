"""How tests call the command line: in this process, or as a process of its own where that is the subject."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.indexes import ROOT, SAMPLES, copy_index

__all__ = [
    "ROOT",
    "SAMPLES",
    "SAMPLE_QUESTIONS",
    "build_samples",
    "one_object",
    "yinzheng",
    "yinzheng_process",
]

SAMPLE_QUESTIONS = ROOT / "tests" / "data" / "sample_questions.jsonl"
Completed = subprocess.CompletedProcess[str]


def build_samples(index_dir: Path, encoder: str = "hash") -> Path:
    """The samples indexed with an encoder by name, a copy to write to; returns the directory."""
    return copy_index(index_dir, "samples", encoder)


def yinzheng(
    *arguments: object, cwd: Path | None = None, stdin: str | None = None, **variables: str
) -> Completed:
    """Run the command line in this process; what it prints and its exit code as of a process.

    An error that nobody foresaw is raised here, where a process would print a traceback and end with 1.
    """
    import gc

    words = [str(word) for word in arguments]
    threshold = gc.get_threshold()
    with pytest.MonkeyPatch.context() as patch:
        _as_a_shell(patch, words, cwd, variables)
        out, err = _streams(patch, stdin)
        code = _run()
        gc.set_threshold(*threshold)
    return subprocess.CompletedProcess(["yinzheng", *words], code, out.text(), err.text())


class _Written(io.TextIOWrapper):
    """A stream over bytes that can be read afterwards, whether bytes or text were written to it."""

    def __init__(self) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding="utf-8", newline="")

    def text(self) -> str:
        self.flush()
        return self.bytes.getvalue().decode("utf-8")


def _as_a_shell(
    patch: pytest.MonkeyPatch, words: list[str], cwd: Path | None, variables: dict[str, str]
) -> None:
    """The arguments, the working directory and the environment that a process would have."""
    patch.setattr(sys, "argv", ["yinzheng", *words])
    if cwd is not None:
        patch.chdir(cwd)
    for name in [name for name in os.environ if name.startswith("YINZHENG_")]:
        patch.delenv(name)
    for name, value in variables.items():
        patch.setenv(name, value)


def _streams(patch: pytest.MonkeyPatch, stdin: str | None) -> tuple[_Written, _Written]:
    out, err = _Written(), _Written()
    patch.setattr(sys, "stdout", out)
    patch.setattr(sys, "stderr", err)
    given = io.TextIOWrapper(io.BytesIO((stdin or "").encode()), encoding="utf-8")
    patch.setattr(sys, "stdin", given)
    return out, err


def _run() -> int:
    from api.cli import main

    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)


def yinzheng_process(
    *arguments: object, cwd: Path | None = None, stdin: str | None = None, **variables: str
) -> Completed:
    """Run the command line as a process of its own: where start-up, exit or the environment is the subject."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YINZHENG_")}
    return subprocess.run(
        [sys.executable, "-m", "api", *map(str, arguments)],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **variables},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def one_object(done: Completed) -> dict[str, Any]:
    """The one JSON object that stdout must hold."""
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    assert done.stdout.count("\n") == 1
    return value
