"""The training loop: one table, four kinds of pairs, one loss."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.training.evaluate import Figures
from models.training.pairs import Batch, BatchSizes, Corpus, draw_batch
from models.training.student import Student, contrastive_loss, cosine_loss, encode

if TYPE_CHECKING:
    import torch

__all__ = ["Settings", "TeacherRows", "train"]


@dataclass(frozen=True)
class Settings:
    """How long and how fast; the defaults made the packaged model."""

    steps: int = 1_100
    steps_per_epoch: int = 100
    learning_rate: float = 2e-3
    weight_rate: float = 8e-3  # of the words' weights, single numbers that must move further
    warm_up: int = 50
    seed: int = 0
    threads: int = 2
    sizes: BatchSizes = field(default_factory=BatchSizes)


@dataclass(frozen=True)
class TeacherRows:
    """The teacher's unit vectors of English translations and of dictionary explanations, `(n, dim)`."""

    translations: NDArray[np.float32]
    glosses: NDArray[np.float32]


def train(
    student: Student,
    corpus: Corpus,
    teacher: TeacherRows,
    settings: Settings,
    log: Path,
    measure: Callable[[NDArray[np.float32]], Figures | None],
) -> NDArray[np.float32]:
    """Train in place and return the finished rows, `(tokens, dim) float32`.

    After each epoch a line with mean losses, the figures of `measure(rows)` and the seconds since the
    start is added to `log`, e.g. `{"step": 250, "losses": {"total": 4.1, …}, "figures": {"cmrc_recall_1":
    0.61, …}, "seconds": 98}`.
    """
    import torch

    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    random = np.random.default_rng(settings.seed)
    optimizer = torch.optim.Adam(
        [
            {"params": [student.words], "lr": settings.learning_rate},
            {"params": [student.weights], "lr": settings.weight_rate},
        ],
        betas=(0.9, 0.99),
        fused=True,
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda done: _schedule(done + 1, settings))
    started, history = time.monotonic(), []
    for step in range(1, settings.steps + 1):
        optimizer.zero_grad()
        losses = _losses(student, draw_batch(corpus, settings.sizes, random), teacher)
        losses["total"].backward()  # type: ignore[no-untyped-call, unused-ignore] # torch leaves it unannotated
        optimizer.step()
        schedule.step()
        history.append({name: float(loss.detach()) for name, loss in losses.items()})
        if step % settings.steps_per_epoch == 0 or step == settings.steps:
            _write(log, step, history, measure(_rows(student)), time.monotonic() - started)
            history = []
    return _rows(student)


def _losses(student: Student, batch: Batch, teacher: TeacherRows) -> dict[str, "torch.Tensor"]:
    import torch

    vectors = encode(student.table(), batch.texts)
    translations, glosses = len(batch.translation_rows), len(batch.gloss_rows)
    queries, documents, chinese, english, words, explained = torch.split(
        vectors, [batch.pairs, batch.pairs, translations, translations, glosses, glosses]
    )
    said = torch.from_numpy(teacher.translations[batch.translation_rows])
    meant = torch.from_numpy(teacher.glosses[batch.gloss_rows])
    losses = {
        "pairs": contrastive_loss(queries, documents),
        "chinese": contrastive_loss(chinese, said) + cosine_loss(chinese, said),
        "english": contrastive_loss(english, said) + cosine_loss(english, said),
        "words": contrastive_loss(words, meant) + cosine_loss(words, meant),
        "glosses": contrastive_loss(explained, meant) + cosine_loss(explained, meant),
    }
    losses["total"] = losses["pairs"] + 0.5 * (
        losses["chinese"] + losses["words"] + 0.5 * (losses["english"] + losses["glosses"])
    )
    return losses


def _schedule(step: int, settings: Settings) -> float:
    """Share of the full rate: linear warm-up, then a cosine down to a twentieth."""
    if step <= settings.warm_up:
        return step / settings.warm_up
    share = (step - settings.warm_up) / max(1, settings.steps - settings.warm_up)
    return 0.05 + 0.95 * (1 + math.cos(math.pi * share)) / 2


def _rows(student: Student) -> NDArray[np.float32]:
    return np.asarray(student.table().detach().numpy(), dtype=np.float32)


def _write(
    log: Path, step: int, history: list[dict[str, float]], figures: Figures | None, seconds: float
) -> None:
    means = {name: round(sum(line[name] for line in history) / len(history), 4) for name in history[0]}
    line = {
        "step": step,
        "losses": means,
        "figures": asdict(figures) if figures else None,
        "seconds": round(seconds, 1),
    }
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
