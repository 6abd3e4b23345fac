"""From examples to padded arrays, and from logits to losses."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.training.reader.examples import Example
from models.training.reader.network import KINDS, TEXT_HEADS, TOKEN_HEADS

__all__ = ["WEIGHTS", "Batch", "collate", "losses"]

WEIGHTS = {"span": 1.0, "answer": 8.0, "evidence": 2.0, "answers": 1.0, "relevance": 0.7, "kind": 1.0}
NEVER = -1e4


@dataclass
class Batch:
    """Rows of equal length with their examples."""

    ids: Tensor  # (windows, pieces) int64
    segments: Tensor
    mask: Tensor  # true where a piece is
    examples: Sequence[Example]


def collate(examples: Sequence[Example], padding: int) -> Batch:
    """Pad rows to the longest."""
    longest = max(len(example.row.ids) for example in examples)
    ids = torch.full((len(examples), longest), padding)
    segments = torch.full((len(examples), longest), 1)
    mask = torch.zeros(len(examples), longest, dtype=torch.bool)
    for number, example in enumerate(examples):
        length = len(example.row.ids)
        ids[number, :length] = torch.tensor(example.row.ids)
        segments[number, :length] = torch.tensor(example.row.segments)
        mask[number, :length] = True
    return Batch(ids, segments, mask, examples)


def losses(tokens: Tensor, texts: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Mean loss of each head over the examples that teach it; `total` is their weighted sum."""
    parts: dict[str, list[Tensor]] = {name: [] for name in WEIGHTS}
    tokens, texts = tokens.float(), texts.float()
    for number, example in enumerate(batch.examples):
        own = tokens[number, : len(example.row.ids)]
        if example.spans is not None:
            parts["span"].append(_span_loss(own, example))
        for name in ("answer", "evidence"):
            places: list[int] | None = getattr(example, name)
            if places is not None:
                parts[name].append(_tag_loss(own[:, TOKEN_HEADS.index(name)], places, example))
        for name in ("answers", "relevance"):
            target: float | None = getattr(example, name)
            if target is not None:
                logit = texts[number, TEXT_HEADS.index(name)]
                parts[name].append(
                    functional.binary_cross_entropy_with_logits(logit, logit.new_tensor(target))
                )
        if example.kind is not None:
            kinds = texts[number, -len(KINDS) :]
            parts["kind"].append(functional.cross_entropy(kinds[None], torch.tensor([example.kind])))
    means = {name: torch.stack(values).mean() for name, values in parts.items() if values}
    # Each head counts by how many of the windows teach it.
    shares = {name: len(parts[name]) / len(batch.examples) for name in means}
    means["total"] = torch.stack([WEIGHTS[name] * shares[name] * means[name] for name in shares]).sum()
    return means


def _span_loss(tokens: Tensor, example: Example) -> Tensor:
    """Of the probability over all spans, what the acceptable ones have; place 0 stands for no answer."""
    allowed = torch.full((len(tokens),), NEVER)
    first = example.row.first
    allowed[first : first + len(example.row.offsets)] = 0
    allowed[0] = 0
    starts = functional.log_softmax(tokens[:, 0] + allowed, dim=0)
    ends = functional.log_softmax(tokens[:, 1] + allowed, dim=0)
    spans = example.spans or [(0, 0)]
    return -torch.logsumexp(torch.stack([starts[a] + ends[b] for a, b in spans]), dim=0)


def _tag_loss(logits: Tensor, places: list[int], example: Example) -> Tensor:
    first, count = example.row.first, len(example.row.offsets)
    target = torch.zeros(len(logits))
    target[places] = 1
    return functional.binary_cross_entropy_with_logits(
        logits[first : first + count], target[first : first + count]
    )
