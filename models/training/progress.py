"""What both training loops share: how the learning rate moves, and the line that each epoch leaves."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["add_line", "rate_share"]


def rate_share(step: int, warm_up: int, steps: int) -> float:
    """Share of the full rate at a step, from 1: linear warm-up, then a cosine down to a twentieth.

    Example: `rate_share(5, 10, 100) == 0.5`, `rate_share(100, 10, 100)` is 0.05
    """
    if step <= warm_up:
        return step / warm_up
    done = (step - warm_up) / max(1, steps - warm_up)
    return 0.05 + 0.95 * (1 + math.cos(math.pi * done)) / 2


def add_line(
    log: Path,
    step: int,
    history: Sequence[Mapping[str, float]],
    figures: Mapping[str, Any] | None,
    seconds: float,
) -> None:
    """Add a line of JSON to a log: the step, the mean losses of `history`, figures, seconds so far."""
    means = {name: round(sum(line[name] for line in history) / len(history), 4) for name in history[0]}
    written = {"step": step, "losses": means, "figures": figures, "seconds": round(seconds, 1)}
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(written) + "\n")
