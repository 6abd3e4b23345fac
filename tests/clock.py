"""Computing time for bounds that hold on slow machines, on busy ones, and after a thousand other tests."""

import time
from collections.abc import Callable

__all__ = ["TRIES", "is_within", "least", "seconds", "slowness"]

Work = Callable[[], object]

TRIES = 3  # the garbage of other tests, or what other processes do to the caches, is no fault of the work
_PIECES, _USUAL = 100_000, 0.02  # seconds that these take on the machine of the figures in the README


def seconds(work: Work) -> float:
    """Computing time of this thread, which does all of the work; others may be those of earlier tests."""
    start = time.thread_time()
    work()
    return time.thread_time() - start


def least(work: Work) -> float:
    """Computing time of the quickest try."""
    return min(seconds(work) for _ in range(TRIES))


def is_within(bound: float, work: Work) -> bool:
    """Whether one of the tries takes less than so many seconds of computing; the first that does is the last."""
    return any(seconds(work) < bound for _ in range(TRIES))


def slowness() -> float:
    """How many times slower than the machine of the figures this one is just now, 1 at least."""
    return max(1.0, least(lambda: sorted(str(number) for number in range(_PIECES))) / _USUAL)
