"""The training loop: one table, four kinds of pairs, one loss."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.training.progress import add_line, rate_share
from models.training.texts.pairs import Batch, BatchSizes, Corpus, draw_batch
from models.training.words.evaluate import Figures
from models.training.words.student import Student, contrastive_loss, cosine_loss, encode

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
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda done: rate_share(done + 1, settings.warm_up, settings.steps)
    )
    started, history = time.monotonic(), []
    for step in range(1, settings.steps + 1):
        optimizer.zero_grad()
        losses = _losses(student, draw_batch(corpus, settings.sizes, random), teacher)
        losses["total"].backward()  # type: ignore[no-untyped-call, unused-ignore] # torch leaves it unannotated
        optimizer.step()
        schedule.step()
        history.append({name: float(loss.detach()) for name, loss in losses.items()})
        if step % settings.steps_per_epoch == 0 or step == settings.steps:
            figures = measure(_rows(student))
            seconds = time.monotonic() - started
            add_line(log, step, history, asdict(figures) if figures else None, seconds)
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


def _rows(student: Student) -> NDArray[np.float32]:
    return np.asarray(student.table().detach().numpy(), dtype=np.float32)
