"""A real browser for tests and pictures: Debian's chromium, driven by Playwright."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def browser() -> Iterator["Browser"]:
    """Chromium with an empty profile, closed at the end; skips the test where there is none."""
    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium: apt-get install -y chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        try:
            yield opened
        finally:
            opened.close()


@cache
def axe() -> str:
    """The source of axe-core (MPL-2.0, so it is fetched and not kept here); skips where npm cannot get it."""
    if shutil.which("npm") is None:
        pytest.skip("no npm to fetch axe-core with")
    with TemporaryDirectory() as folder:
        try:
            command = ["npm", "pack", "axe-core@4", "--silent"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
            with tarfile.open(Path(folder) / done.stdout.split()[-1]) as packed:
                held = packed.extractfile("package/axe.min.js")
                assert held is not None
                return held.read().decode()
        except (OSError, subprocess.SubprocessError, tarfile.TarError) as error:
            pytest.skip(f"npm could not fetch axe-core: {error}")
