"""The table being trained, and how far its texts are from where they should be."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.training.words.vocabulary import Vocabulary

if TYPE_CHECKING:
    import torch

__all__ = ["Student", "contrastive_loss", "cosine_loss", "encode", "new_student"]

TEMPERATURE = 0.05
FREQUENCY_WEIGHT = 3e-4  # smooth inverse frequency: weight a / (a + p) to start with (Arora et al. 2017)
CHARACTER_SHARE = 0.5


@dataclass(frozen=True)
class Student:
    """Row `i` of the model is `exp(weights[i])` times `words[i]` plus half the mean of its characters' rows.

    Sharing characters gives a rare word the meaning of its parts. `words` (tokens, dim), `weights`
    (tokens, 1), `composition` sparse (tokens, tokens).
    """

    words: "torch.Tensor"
    weights: "torch.Tensor"
    composition: "torch.Tensor"

    def table(self) -> "torch.Tensor":
        """Rows as the model will be shipped, `(tokens, dim)`, with gradient."""
        import torch

        composed: torch.Tensor = self.words + torch.sparse.mm(self.composition, self.words)
        return composed * self.weights.exp()


def new_student(vocabulary: Vocabulary, rows: NDArray[np.float32]) -> Student:
    """A student whose words start at `rows`, `(tokens, dim)`, weighted by inverse frequency."""
    import torch

    frequencies = torch.tensor(vocabulary.frequencies, dtype=torch.float32)[:, None]
    weights = torch.log(FREQUENCY_WEIGHT / (FREQUENCY_WEIGHT + frequencies))
    return Student(
        torch.from_numpy(rows.copy()).requires_grad_(),
        weights.requires_grad_(),
        _composition(vocabulary.tokens),
    )


def encode(table: "torch.Tensor", texts: list[NDArray[np.int32]]) -> "torch.Tensor":
    """Unit vectors of tokenised texts, `(n, dim)`, with gradient to the table."""
    import torch
    from torch.nn import functional

    flat = torch.from_numpy(np.concatenate(texts).astype(np.int64))
    starts = torch.from_numpy(np.cumsum([0, *(len(text) for text in texts[:-1])]).astype(np.int64))
    return functional.normalize(functional.embedding_bag(flat, table, starts, mode="mean"), dim=1)


def contrastive_loss(left: "torch.Tensor", right: "torch.Tensor") -> "torch.Tensor":
    """InfoNCE in both directions (van den Oord et al. 2018): row `i` of one belongs to row `i` of the other.

    Example: with rows that are equal in pairs and orthogonal otherwise, the loss is near 0.
    """
    import torch
    from torch.nn import functional

    similarities = left @ right.T / TEMPERATURE
    target = torch.arange(len(left))
    return (
        functional.cross_entropy(similarities, target) + functional.cross_entropy(similarities.T, target)
    ) / 2


def cosine_loss(left: "torch.Tensor", right: "torch.Tensor") -> "torch.Tensor":
    """Mean of one minus the cosine of paired unit rows."""
    return 1.0 - (left * right).sum(dim=1).mean()


def _composition(tokens: list[str]) -> "torch.Tensor":
    import torch

    place = {token: row for row, token in enumerate(tokens)}
    entries: list[tuple[int, int, float]] = []
    for row, token in enumerate(tokens):
        if len(token) > 1 and not token.isascii():
            characters = [place[character] for character in token if character in place]
            entries += [(row, column, CHARACTER_SHARE / len(characters)) for column in characters]
    table: Any = np.array(entries, dtype=np.float64).reshape(-1, 3)
    return torch.sparse_coo_tensor(
        torch.from_numpy(table[:, :2].T.astype(np.int64)),
        torch.from_numpy(table[:, 2].astype(np.float32)),
        (len(tokens), len(tokens)),
        check_invariants=False,
    ).coalesce()
