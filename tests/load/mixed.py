"""A mixed load for minutes: latency by operation, and whether memory grows."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.load.clients import Seen, ask_steadily
from tests.load.questions import questions, units_of
from tests.load.service import Service

__all__ = ["Mixed", "mixed_load", "mixed_paths"]

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Mixed:
    """What clients saw, and resident MiB over time as `(seconds, MiB)`."""

    seen: Seen
    memory: list[tuple[float, float]]

    @property
    def slope(self) -> float:
        """MiB a minute over the second half, by least squares: the first half fills caches."""
        points = self.memory[len(self.memory) // 2 :]
        if len(points) < 3:
            return float("nan")
        middle = sum(time for time, _ in points) / len(points)
        mean = sum(size for _, size in points) / len(points)
        square = sum((time - middle) ** 2 for time, _ in points)
        return 60 * sum((time - middle) * (size - mean) for time, size in points) / square


def mixed_paths(index: Path, count: int = 600) -> list[tuple[str, str]]:
    """`(operation, path)` in the proportions of people at work: mostly searches, then answers and units."""
    units = units_of(index)
    asked = questions(units, count)
    paths = []
    for turn, question in enumerate(asked):
        unit = units[turn * 37 % len(units)]
        place = f"{quote(unit['document'])}/{unit['kind']}/{unit['number']}"
        reference = quote(
            f"{unit['document']} {'建议' if unit['kind'] == 'recommendation' else '段'}{unit['number']}"
        )
        paths += [
            ("search", f"/v1/search?k=10&q={quote(question)}"),
            ("search", f"/v1/search?k=10&q={quote(question[:12])}&kind=recommendation&kind=paragraph"),
            ("ask", f"/v1/ask?q={quote(question)}"),
            ("related", f"/v1/related?k=10&ref={reference}"),
            (
                "units",
                f"/v1/units/{place}?context=2" + (f"&part={quote(unit['part'])}" if unit.get("part") else ""),
            ),
            ("resolve", f"/v1/citations/resolve?text={quote(unit['citation'])}"),
        ]
    return paths


def mixed_load(service: Service, paths: list[tuple[str, str]], *, seconds: float, rate: float) -> Mixed:
    """Ask for `seconds` at `rate` requests a second, and look at the memory twice a second."""
    memory: list[tuple[float, float]] = []
    stop = threading.Event()
    start = time.monotonic()

    def watch() -> None:
        while not stop.wait(0.5):
            memory.append((time.monotonic() - start, service.memory() / MEBIBYTE))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        seen = ask_steadily(service.port, paths, seconds=seconds, rate=rate, clients=6)
    finally:
        stop.set()
        watcher.join()
    return Mixed(seen, memory)
