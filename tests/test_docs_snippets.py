"""Python snippets of the documentation run as they stand, in order, in one working directory."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PYTHON_FENCE = re.compile(r"^```python[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", ["docs/python.md", "docs/zh/python.md"])
def test_python_snippets_run(name: str, tmp_path: Path) -> None:
    path = ROOT / name
    snippets = PYTHON_FENCE.findall(path.read_text(encoding="utf-8"))
    assert snippets, f"{name} shows no fenced python snippet"
    shutil.copytree(ROOT / "corpus/samples", tmp_path / "corpus/samples")
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(snippets)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "HOME": str(tmp_path), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
