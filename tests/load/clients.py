"""Honest clients: threads that ask at a steady rate over kept connections, and what they saw."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

__all__ = ["Seen", "ask_steadily", "percentile"]

Check = Callable[[str, int, bytes], str | None]
"""Path, status and body of an answer; None where it is right, else what is wrong with it."""


@dataclass(slots=True)
class Seen:
    """Milliseconds of each answer by label, and what was wrong."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        """Every figure, whatever its label."""
        return [one for some in self.milliseconds.values() for one in some]

    def add(self, other: "Seen") -> None:
        """Take in what another client saw."""
        for label, some in other.milliseconds.items():
            self.milliseconds.setdefault(label, []).extend(some)
        self.statuses.update(other.statuses)
        self.wrong += other.wrong


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure that `share` of all do not exceed; not a number where there is none."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def ask_steadily(
    port: int,
    asked: Sequence[tuple[str, str]],
    *,
    seconds: float,
    rate: float,
    clients: int = 4,
    check: Check | None = None,
    until: threading.Event | None = None,
) -> Seen:
    """Ask `(label, path)` in turn, `rate` requests a second over all clients, for `seconds` or until told.

    An answer counts from the time at which it was due, so that a service that stalls does not stall the
    figures with it (coordinated omission).
    """
    seen, threads = [Seen() for _ in range(clients)], []
    stop = until or threading.Event()

    def work(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        start, step = time.perf_counter() + number / rate, clients / rate
        turn, mine = 0, seen[number]
        while start + turn * step < first + seconds and not stop.is_set():
            due = start + turn * step
            time.sleep(max(0.0, due - time.perf_counter()))
            label, path = asked[(number + turn * clients) % len(asked)]
            turn += 1
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, HTTPException) as error:
                mine.wrong.append(f"{path}: {error!r}")
                connection.close()
                continue
            mine.milliseconds.setdefault(label, []).append((time.perf_counter() - due) * 1000)
            mine.statuses[answer.status] += 1
            fault = check(path, answer.status, body) if check else None
            if answer.status != 200 or fault:
                mine.wrong.append(f"{path}: {answer.status} {fault or body[:200]!r}")
        connection.close()

    first = time.perf_counter()
    for number in range(clients):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    total = Seen()
    for one in seen:
        total.add(one)
    return total
