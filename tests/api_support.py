"""An index over the sample documents for the tests of `api`."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "corpus" / "samples"
SAMPLE_QUESTIONS = ROOT / "tests" / "data" / "sample_questions.jsonl"


def build_samples(index_dir: Path, encoder: str = "hash") -> Path:
    """The samples indexed with an encoder by name, built once and copied; returns the directory."""
    shutil.copytree(_built(encoder).name, index_dir, dirs_exist_ok=True)
    return index_dir


@cache
def _built(encoder: str) -> TemporaryDirectory[str]:
    """A folder that goes when the tests end."""
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    folder = TemporaryDirectory(prefix="yinzheng-samples-")
    build([SAMPLES], Path(folder.name), load_encoder(encoder), Segmenter())
    return folder


def yinzheng(
    *arguments: object, cwd: Path | None = None, stdin: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own."""
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


def one_object(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The one JSON object that stdout must hold."""
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    assert done.stdout.count("\n") == 1
    return value
