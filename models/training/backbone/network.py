"""The transformer in torch: post-norm BERT with positions from 0 (Devlin et al., NAACL 2019)."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

__all__ = ["Backbone", "Shape", "load_backbone"]

INITIAL_SPREAD = 0.02
NEVER = -1e4  # what a place that is no piece scores


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
    dropped: float = 0.0  # share of the features left out while training


class Layer(nn.Module):
    """Attention, then two dense layers, each added to what came in and normalised."""

    def __init__(self, shape: Shape) -> None:
        """Make a layer with random weights."""
        super().__init__()
        self.heads, self.dropped = shape.heads, shape.dropped
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
        met = self.attended(attend(query, key, value, mask).transpose(1, 2).reshape(texts, pieces, width))
        hidden = self.attention_norm(hidden + self._thinned(met))
        added = self.narrow(functional.gelu(self.wide(hidden)))
        result: Tensor = self.norm(hidden + self._thinned(added))
        return result

    def _thinned(self, hidden: Tensor) -> Tensor:
        """In training the same features of all pieces are left out (Gal and Ghahramani, NIPS 2016)."""
        if not self.training or not self.dropped:
            return hidden
        mask = functional.dropout(hidden.new_ones(hidden.shape[0], 1, hidden.shape[2]), self.dropped)
        return hidden * mask


def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
    """Scaled dot-product attention written out, `(texts, heads, pieces, size)` each.

    torch's fused form takes three times as long to train on a processor: its way back computes in 32 bits.
    """
    scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(2, 3)
    if mask is not None:
        scores = scores.masked_fill(~mask, NEVER)
    return torch.softmax(scores, dim=-1, dtype=scores.dtype) @ value


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
