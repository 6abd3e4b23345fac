"""The transformer in torch: post-norm BERT with positions from 0 (Devlin et al., NAACL 2019)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Backbone", "Shape", "load_backbone"]

INITIAL_SPREAD = 0.02


@dataclass(frozen=True)
class Shape:
    """Sizes of the network; the defaults are those of e5-small but for `words`."""

    words: int
    width: int = 384
    layers: int = 12
    heads: int = 12
    inner: int = 1536
    positions: int = 512
    epsilon: float = 1e-12


class Layer(nn.Module):
    """Attention, then two dense layers, each added to what came in and normalised."""

    def __init__(self, shape: Shape) -> None:
        """Make a layer with random weights."""
        super().__init__()
        self.heads = shape.heads
        self.attention = nn.Linear(shape.width, 3 * shape.width)  # query, key, value
        self.attended = nn.Linear(shape.width, shape.width)
        self.attention_norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.wide = nn.Linear(shape.width, shape.inner)
        self.narrow = nn.Linear(shape.inner, shape.width)
        self.norm = nn.LayerNorm(shape.width, shape.epsilon)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        """`hidden (texts, pieces, width)`; `mask (texts, 1, 1, pieces)` true where a piece is."""
        texts, pieces, width = hidden.shape
        projected = self.attention(hidden).view(texts, pieces, 3, self.heads, width // self.heads)
        query, key, value = projected.permute(2, 0, 3, 1, 4)  # each (texts, heads, pieces, size)
        met = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        met = self.attended(met.transpose(1, 2).reshape(texts, pieces, width))
        hidden = self.attention_norm(hidden + met)
        result: Tensor = self.norm(hidden + self.narrow(functional.gelu(self.wide(hidden))))
        return result


class Backbone(nn.Module):
    """Piece ids in, one vector a piece out."""

    def __init__(self, shape: Shape) -> None:
        """Make a network with random weights; `load_backbone` gives the pretrained one."""
        super().__init__()
        self.shape = shape
        self.table = nn.Embedding(shape.words, shape.width)
        self.places = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, ids: Tensor, mask: Tensor | None = None, added: Tensor | None = None) -> Tensor:
        """`ids (texts, pieces) int64` to `(texts, pieces, width)`.

        `mask (texts, pieces) bool` is true where a piece is; `added (texts, pieces, width)` goes into the sum
        of word and place.
        """
        hidden = self.table(ids) + self.places.weight[: ids.shape[1]]
        if added is not None:
            hidden = hidden + added
        hidden = self.norm(hidden)
        wide = None if mask is None else mask[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, wide)
        result: Tensor = hidden
        return result

    def pooled(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Mean of the vectors of a text's pieces, `(texts, width)`, unit norm: the vector of e5."""
        hidden = self(ids, mask).float() * mask[:, :, None]
        return functional.normalize(hidden.sum(dim=1), dim=1)


def load_backbone(folder: Path) -> Backbone:
    """The network of a folder that `python -m models.training.backbone` wrote."""
    kept: dict[str, Any] = torch.load(folder / "backbone.pt", weights_only=True)
    network = Backbone(Shape(**kept["shape"]))
    network.load_state_dict(kept["weights"])
    return network
