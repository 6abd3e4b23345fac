"""The training loop; stops and goes on where it was. What it sees is read anew at each start."""

import json
import signal
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch

from models.training.precision import half_precision
from models.training.progress import rate_share
from models.training.reader.draw import Drawer
from models.training.reader.examples import Example
from models.training.reader.losses import Batch, collate, losses
from models.training.reader.network import ReaderNetwork

__all__ = ["Settings", "train"]


@dataclass(frozen=True)
class Settings:
    """How long and how fast.

    The rate falls with the time used, so that a run on a busy machine ends when it must: `minutes` from the
    first start, pauses not counted.
    """

    minutes: float = 60
    rate: float = 2e-4
    table_rate: float = 4e-4  # a piece is seen in few steps only
    warm_up: float = 0.06  # of the time
    pieces: int = 2_048  # of a step, padding included
    pool: int = 96  # windows drawn at once and sorted by length, so that little is padded
    save_seconds: int = 180
    log_steps: int = 5
    seed: int = 0
    threads: int = 2


def train(network: ReaderNetwork, drawer: Drawer, settings: Settings, folder: Path) -> None:
    """Train `network` in place; writes `checkpoint.pt` and lines of `training.jsonl` into `folder`.

    A termination signal ends it after the step it is in, with a checkpoint.
    """
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    optimizer = _optimizer(network, settings)
    step, spent, seen = _resume(folder, network, optimizer)
    history: dict[str, list[float]] = defaultdict(list)
    padding = drawer.layout.tokenizer.token_to_id("<pad>")
    last = saved = time.monotonic()
    queue: list[Batch] = []
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: told.append(number))
    while spent < settings.minutes * 60 and not told:
        if not queue:
            queue = _batches(drawer, settings, Random(f"{settings.seed} {seen}"), padding)
        batch = queue.pop()
        share = rate_share(
            1 + int(1000 * spent / (settings.minutes * 60)), int(1000 * settings.warm_up), 1000
        )
        for group in optimizer.param_groups:
            group["lr"] = group["full"] * share
        found = _step(network, optimizer, batch)
        for name, value in found.items():
            history[name].append(value)
        step, seen = step + 1, seen + len(batch.examples)
        spent, last = spent + time.monotonic() - last, time.monotonic()
        if step % settings.log_steps == 0:
            _log(folder, step, seen, spent, share, history)
            history.clear()
        if time.monotonic() - saved > settings.save_seconds:
            _save(folder, network, optimizer, (step, spent, seen))
            saved = time.monotonic()
    _save(folder, network, optimizer, (step, spent, seen))


def _batches(drawer: Drawer, settings: Settings, random: Random, padding: int) -> list[Batch]:
    drawn = sorted((drawer.draw(random) for _ in range(settings.pool)), key=lambda one: len(one.row.ids))
    batches: list[list[Example]] = [[]]
    for example in drawn:  # in rising length: the last one of a batch is the longest
        if (len(batches[-1]) + 1) * len(example.row.ids) > settings.pieces:
            batches.append([])
        batches[-1].append(example)
    random.shuffle(batches)
    return [collate(batch, padding) for batch in batches if batch]


def _step(network: ReaderNetwork, optimizer: torch.optim.Optimizer, batch: Batch) -> dict[str, float]:
    optimizer.zero_grad()
    with half_precision():
        tokens, texts = network(batch.ids, batch.segments, batch.mask)
    found = losses(tokens, texts, batch)
    found["total"].backward()  # type: ignore[no-untyped-call, unused-ignore] # torch leaves it unannotated
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return {name: float(loss.detach()) for name, loss in found.items()}


def _optimizer(network: ReaderNetwork, settings: Settings) -> torch.optim.Optimizer:
    table = [network.backbone.table.weight]
    new = [*network.segments.parameters(), *network.tokens.parameters(), *network.gathered.parameters(),
           *network.texts.parameters()]  # fmt: skip
    known = {id(weight) for weight in [*table, *new]}
    rest = [weight for weight in network.parameters() if id(weight) not in known]
    return torch.optim.AdamW(
        [
            {"params": rest, "full": settings.rate, "weight_decay": 0.01},
            {"params": new, "full": 3 * settings.rate, "weight_decay": 0.01},
            {"params": table, "full": settings.table_rate, "weight_decay": 0.0},
        ],
        lr=settings.rate,
        betas=(0.9, 0.98),
        fused=True,
    )


def _log(
    folder: Path, step: int, seen: int, spent: float, share: float, history: dict[str, list[float]]
) -> None:
    means = {name: round(sum(values) / len(values), 4) for name, values in history.items()}
    line = {"step": step, "windows": seen, "seconds": round(spent), "rate": round(share, 3), "losses": means}
    with (folder / "training.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _save(folder: Path, network: ReaderNetwork, optimizer: Any, place: tuple[int, float, int]) -> None:
    aside = folder / "checkpoint.new"
    torch.save(
        {
            "shape": asdict(network.backbone.shape),
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "place": list(place),
        },
        aside,
    )
    aside.replace(folder / "checkpoint.pt")


def _resume(folder: Path, network: ReaderNetwork, optimizer: Any) -> tuple[int, float, int]:
    path = folder / "checkpoint.pt"
    if not path.is_file():
        return 0, 0.0, 0
    kept: dict[str, Any] = torch.load(path, weights_only=True)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    step, spent, seen = kept["place"]
    return int(step), float(spent), int(seen)
