"""How fast and how large the page is: `python -m tests.bench.page [INDEX]`, nothing kept.

The page of a question has an answer and hits, so it is compared with /v1/ask and /v1/search.
"""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from fastapi.testclient import TestClient

from api.service.app import create_app
from api.service.policy import Policy
from tests.browser import browser
from tests.serving import served

QUESTIONS = ("每个容器的押金是多少？", "谁负责监测微塑料？", "实验室比对", "2031年会议建议3", "不惩罚原则")
ROUNDS = 12


def milliseconds(client: TestClient, addresses: Sequence[str]) -> tuple[float, float, int]:
    """The median CPU time of these addresses and the median time, and the largest of their answers in bytes."""
    cpu, wall, largest = [], [], 0
    for _ in range(ROUNDS):
        for address in addresses:
            start, began = perf_counter(), process_time()
            got = client.get(address)
            cpu.append((process_time() - began) * 1000)
            wall.append((perf_counter() - start) * 1000)
            assert got.status_code == 200, got.text[:200]
            largest = max(largest, len(got.content))
    return statistics.median(cpu), statistics.median(wall), largest


def main() -> None:
    """Print a table."""
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter
    from tests.indexes import SAMPLES

    with TemporaryDirectory() as folder:
        index = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "index"
        if len(sys.argv) < 2:
            build([SAMPLES], index, load_encoder("packaged"), Segmenter())
        measure(index)
        with served(Path(folder), index) as running:
            paint(running.url)


def measure(index: Path) -> None:
    """Print the time and the size of each answer, made in this process and not kept."""
    app = create_app(index, Policy(cache_bytes=0), log_level="error")
    with TestClient(app) as client:
        milliseconds(client, [f"/v1/ask?q={each}" for each in QUESTIONS])  # so that lazy loading is not timed
        rows = {
            "/": ["/"],
            "/v1/ask": [f"/v1/ask?q={each}" for each in QUESTIONS],
            "/v1/search": [f"/v1/search?q={each}" for each in QUESTIONS],
            "/?q=": [f"/?q={each}" for each in QUESTIONS],
        }
        print(f"{'':12} {'CPU ms':>8} {'ms':>8} {'kB':>8}")
        for name, addresses in rows.items():
            cpu, wall, largest = milliseconds(client, addresses)
            print(f"{name:12} {cpu:8.1f} {wall:8.1f} {largest / 1000:8.1f}")


def paint(url: str) -> None:
    """Print when a browser first paints the page without a search."""
    with browser() as opened:
        page = opened.new_page()
        paints = []
        for _ in range(ROUNDS):
            page.goto(url)
            page.wait_for_timeout(100)
            paints.append(
                page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
            )
        print(f"first paint  {statistics.median(paints):8.1f} ms  (least {min(paints):.1f})")


if __name__ == "__main__":
    main()
