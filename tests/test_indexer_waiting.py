"""Waiting for descriptors: those from 1024 on too, and what an open index holds of them."""

import os
import resource
from pathlib import Path

from indexer.reading.waiting import is_readable
from search.library import open_library
from tests.api_support import build_samples


def test_a_high_descriptor_is_waited_for() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    high = 1500
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, 4096)), hard))
    reading, writing = os.pipe()
    try:
        os.dup2(reading, high)
        assert not is_readable(high)
        os.write(writing, b"x")
        assert is_readable(high)
        os.read(high, 1)
        os.close(writing)
        assert is_readable(high, 1.0)  # the other side has closed
    finally:
        os.close(reading)
        os.close(high)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_an_index_that_is_read_holds_one_descriptor_a_file(tmp_path: Path) -> None:
    library = open_library(build_samples(tmp_path / "index"))
    library.search("押金")
    links = [entry for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    mine = [path for link in links if (path := target(link)).startswith(str(tmp_path))]
    library.close()
    assert len(mine) == len(set(mine)) > 0


def target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # the descriptor of the listing itself
        return ""
