"""How fast and how large the page is: `python -m tests.bench.page [INDEX]`, nothing kept, over HTTP.

The page of a question has an answer and hits, so it is compared with /v1/ask and /v1/search one after the other.
"""

import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx

from tests.browser import browser
from tests.serving import served

QUESTIONS = ("每个容器的押金是多少？", "谁负责监测微塑料？", "实验室比对", "2031年会议建议3", "不惩罚原则")
ROUNDS = 12


def milliseconds(client: httpx.Client, addresses: Sequence[str]) -> tuple[float, int]:
    """The median time of these addresses, and the largest of their answers in bytes."""
    times, largest = [], 0
    for _ in range(ROUNDS):
        for address in addresses:
            start = perf_counter()
            got = client.get(address)
            times.append((perf_counter() - start) * 1000)
            assert got.status_code == 200, got.text[:200]
            largest = max(largest, len(got.content))
    return statistics.median(times), largest


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
        with served(Path(folder), index, YINZHENG_CACHE_MIB="0") as running:
            measure(running.url)


def measure(url: str) -> None:
    """Measure a running service."""
    with httpx.Client(base_url=url) as client:
        milliseconds(client, [f"/v1/ask?q={each}" for each in QUESTIONS])  # so that lazy loading is not timed
        rows = {
            "/": ["/"],
            "/v1/ask": [f"/v1/ask?q={each}" for each in QUESTIONS],
            "/v1/search": [f"/v1/search?q={each}" for each in QUESTIONS],
            "/?q=": [f"/?q={each}" for each in QUESTIONS],
        }
        for name, addresses in rows.items():
            median, largest = milliseconds(client, addresses)
            print(f"{name:12} {median:8.1f} ms  {largest / 1000:6.1f} kB")
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
