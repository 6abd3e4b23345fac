"""The reader in torch: the pretrained backbone over question, context and passage, and its heads."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.reading.decoding import KINDS, TEXT_HEADS, TOKEN_HEADS
from models.training.backbone.network import Backbone, Shape

__all__ = ["KINDS", "SEGMENTS", "TEXT_HEADS", "TOKEN_HEADS", "ReaderNetwork", "new_network", "open_network"]

SEGMENTS = 4  # question, context, passage, and a passage that stands for a question
RARE = -3.0  # most pieces are no answer: what the two tag heads begin with


class ReaderNetwork(nn.Module):
    """Ids and segments in; logits of each piece and of the whole out."""

    def __init__(self, backbone: Backbone) -> None:
        """Put new heads on a backbone."""
        super().__init__()
        width = backbone.shape.width
        self.backbone = backbone
        self.segments = nn.Embedding(SEGMENTS, width)
        nn.init.zeros_(self.segments.weight)
        self.tokens = nn.Linear(width, len(TOKEN_HEADS))
        nn.init.normal_(self.tokens.weight, std=0.02)
        with torch.no_grad():
            self.tokens.bias.copy_(torch.tensor([0.0, 0.0, RARE, RARE]))
        self.gathered = nn.Linear(2 * width, width)
        self.texts = nn.Linear(width, len(TEXT_HEADS))

    def forward(self, ids: Tensor, segments: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """`ids`, `segments (windows, pieces)` to `(windows, pieces, 4)` and `(windows, 5)`.

        The order is that of TOKEN_HEADS and TEXT_HEADS. Without a mask every piece counts.
        """
        hidden = self.backbone(ids, mask, self.segments(segments))
        counted = (segments == 2).to(hidden.dtype)
        if mask is not None:
            counted = counted * mask
        mean = (hidden * counted[:, :, None]).sum(dim=1) / counted.sum(dim=1, keepdim=True).clamp(min=1)
        whole = functional.gelu(self.gathered(torch.cat([hidden[:, 0], mean], dim=1)))
        return self.tokens(hidden), self.texts(whole)


def new_network(folder: Path, kept: list[int], dropped: float = 0.0) -> ReaderNetwork:
    """A reader with the backbone of `folder`, of whose pieces only `kept` stay."""
    stored: dict[str, Any] = torch.load(folder / "backbone.pt", weights_only=True)
    stored["weights"]["table.weight"] = stored["weights"]["table.weight"][kept]
    backbone = Backbone(Shape(**stored["shape"] | {"words": len(kept), "dropped": dropped}))
    backbone.load_state_dict(stored["weights"])
    return ReaderNetwork(backbone)


def open_network(path: Path, dropped: float = 0.0) -> ReaderNetwork:
    """The reader of a checkpoint that `train` wrote; `dropped`: share of features left out in training."""
    stored: dict[str, Any] = torch.load(path, weights_only=True)
    network = ReaderNetwork(Backbone(Shape(**stored["shape"] | {"dropped": dropped})))
    network.load_state_dict(stored["network"])
    return network
