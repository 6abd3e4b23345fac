"""The training loop of the transformer; stops and goes on where it was."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.training.contextual.batches import Lengths, Sizes, Step, Terms, draw_step
from models.training.contextual.network import Network
from models.training.precision import half_precision
from models.training.progress import add_line, rate_share
from models.training.texts.pairs import Corpus
from models.training.words.student import contrastive_loss, cosine_loss

if TYPE_CHECKING:
    import torch

__all__ = ["Settings", "adapting", "train"]


@dataclass(frozen=True)
class Settings:
    """How long and how fast; the defaults made the packaged model."""

    steps: int = 200
    steps_per_epoch: int = 100
    layer_rate: float = 4e-5
    table_rate: float = 3e-4  # a word is seen in few steps only
    warm_up: int = 10
    seed: int = 0
    threads: int = 2
    sizes: Sizes = field(default_factory=Sizes)
    lengths: Lengths = field(default_factory=Lengths)


def train(
    network: Network,
    corpus: Corpus,
    teacher: NDArray[np.float32],
    settings: Settings,
    folder: Path,
    measure: Callable[[Network], Mapping[str, float]],
    bank: Terms | None = None,
) -> None:
    """Train `network` in place; `teacher` (n, width) are unit vectors of the English translations.

    `bank` is seen as far as `settings.sizes` asks for it. After each epoch a checkpoint and a line of mean
    losses, figures and seconds are written to `folder`; a run that finds a checkpoint there goes on from it.
    """
    import torch

    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    optimizer = _optimizer(network, settings)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: rate_share(done + 1, settings.warm_up, settings.steps)
    )
    first = _resume(folder, network, optimizer, schedule)
    started, history = time.monotonic(), []
    for step in range(first + 1, settings.steps + 1):
        # A generator of its own for each step: a resumed run draws what the whole run would have drawn.
        random = np.random.default_rng((settings.seed, step))
        drawn = draw_step(corpus, settings.sizes, settings.lengths, random, bank)
        optimizer.zero_grad()
        with half_precision():
            losses = _losses(network, drawn, teacher)
        losses["total"].backward()  # type: ignore[no-untyped-call, unused-ignore] # torch leaves it unannotated
        optimizer.step()
        schedule.step()
        history.append({name: float(loss.detach()) for name, loss in losses.items()})
        if step % settings.steps_per_epoch == 0 or step == settings.steps:
            _save(folder, step, network, optimizer, schedule)
            seconds = time.monotonic() - started
            add_line(folder / "training.jsonl", step, history, dict(measure(network)), seconds)
            history = []


def adapting(steps: int, seed: int, threads: int) -> Settings:
    """Settings of a second run, from packaged weights, on a term bank.

    Half of what it sees is what was learnt before, so that it is not forgotten; the rates are lower.
    """
    return Settings(
        steps=steps,
        steps_per_epoch=80,
        layer_rate=3e-5,
        table_rate=2e-4,
        seed=seed,
        threads=threads,
        sizes=Sizes(questions=16, contexts=12, translations=12, english=6, terms=96, mentions=40),
        lengths=Lengths(query=24, document=64),
    )


def _optimizer(network: Network, settings: Settings) -> "torch.optim.Optimizer":
    import torch

    layers = [weight for weight in network.layers.parameters() if weight.requires_grad]
    return torch.optim.AdamW(
        [
            {"params": layers, "lr": settings.layer_rate, "weight_decay": 0.01},
            {"params": [network.table], "lr": settings.table_rate, "weight_decay": 0.0},
        ],
        betas=(0.9, 0.98),
        fused=True,
    )


def _losses(network: Network, step: Step, teacher: NDArray[np.float32]) -> dict[str, "torch.Tensor"]:
    import torch

    said = torch.from_numpy(teacher[step.translation_rows])
    chinese, english = network.encode(step.chinese), network.encode(step.english)
    losses = {
        "pairs": contrastive_loss(network.encode(step.queries), network.encode(step.documents)),
        "chinese": contrastive_loss(chinese, said) + cosine_loss(chinese, said),
        "english": cosine_loss(english, said[: len(english)]),
    }
    losses["total"] = losses["pairs"] + losses["chinese"] + 0.5 * losses["english"]
    if step.words:
        losses["terms"] = contrastive_loss(network.encode(step.words), network.encode(step.terms))
        losses["total"] = losses["total"] + 0.5 * losses["terms"]
    return losses


def _state(network: Network) -> dict[str, Any]:
    return {"table": network.table.detach(), **network.layers.state_dict()}


def _save(folder: Path, step: int, network: Network, optimizer: Any, schedule: Any) -> None:
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / "checkpoint.new"
    torch.save(
        {
            "step": step,
            "network": _state(network),
            "optimizer": optimizer.state_dict(),
            "schedule": schedule.state_dict(),
        },
        aside,
    )
    aside.replace(folder / "checkpoint.pt")


def _resume(folder: Path, network: Network, optimizer: Any, schedule: Any) -> int:
    import torch

    path = folder / "checkpoint.pt"
    if not path.is_file():
        return 0
    kept: dict[str, Any] = torch.load(path, weights_only=True)
    state = kept["network"]
    with torch.no_grad():
        network.table.copy_(state.pop("table"))
    network.layers.load_state_dict(state)
    optimizer.load_state_dict(kept["optimizer"])
    schedule.load_state_dict(kept["schedule"])
    return int(kept["step"])
