"""Makes a network ready for eight bits: no input may have a few values that drown the rest.

A dense layer in eight bits has one scale for all its input. In this network single features are up to forty
times as large as the median: with them the logits were .26 away from those in 32 bits, now .1. Two remedies,
each where it costs least:

| layer | remedy | source |
|---|---|---|
| `wide` | features divided, weights multiplied by the same | SmoothQuant, Xiao et al., ICML 2023 |
| `narrow` | the largest features stay in 32 bits | LLM.int8(), Dettmers et al., NeurIPS 2022 |
"""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from models.reading.layout import Row
from models.training.reader.network import ReaderNetwork

__all__ = ["ease", "largest_inputs"]

SHIFTED = 0.65
"""How much of the unevenness goes from the features into the weights, 0 to 1."""

OUTLYING = 8.0
"""Times the median from which a feature stays in 32 bits."""

LEAST = 1e-4


class Smoothed(nn.Module):
    """A dense layer whose input is divided, feature by feature, by what its weights are multiplied with."""

    divided: Tensor

    def __init__(self, layer: nn.Linear, largest: Tensor) -> None:
        """`largest (inputs,)`: the largest magnitude of each feature."""
        super().__init__()
        weight = layer.weight.detach()
        share = largest.clamp(min=LEAST) ** SHIFTED
        factor = share / weight.abs().amax(dim=0).clamp(min=LEAST) ** (1 - SHIFTED)
        self.register_buffer("divided", 1 / factor)
        self.dense = _dense(weight * factor, layer.bias.detach())

    def forward(self, hidden: Tensor) -> Tensor:
        """As the layer it was made of."""
        result: Tensor = self.dense(hidden * self.divided)
        return result


class Parted(nn.Module):
    """A dense layer of which the largest features are multiplied apart."""

    kept: Tensor
    apart: Tensor
    weight_apart: Tensor

    def __init__(self, layer: nn.Linear, apart: Tensor) -> None:
        """`apart (features,) int64`: which ones."""
        super().__init__()
        weight = layer.weight.detach()
        kept = torch.ones(weight.shape[1])
        kept[apart] = 0
        self.register_buffer("kept", kept)
        self.register_buffer("apart", apart)
        self.register_buffer("weight_apart", weight[:, apart].T.contiguous())
        self.dense = _dense(weight * kept, layer.bias.detach())

    def forward(self, hidden: Tensor) -> Tensor:
        """As the layer it was made of."""
        result: Tensor = self.dense(hidden * self.kept) + hidden[:, :, self.apart] @ self.weight_apart
        return result


def ease(network: ReaderNetwork, rows: Sequence[Row]) -> ReaderNetwork:
    """A copy that computes the same in 32 bits and nearly so in eight; `rows` show what inputs occur."""
    largest = largest_inputs(network, rows)
    eased = copy.deepcopy(network)
    for number, layer in enumerate(eased.backbone.layers):
        layer.wide = Smoothed(layer.wide, largest[f"{number}.wide"])
        inputs = largest[f"{number}.narrow"]
        apart = (inputs > OUTLYING * inputs.median()).nonzero()[:, 0]
        if len(apart):
            layer.narrow = Parted(layer.narrow, apart)
    return eased


def largest_inputs(network: ReaderNetwork, rows: Sequence[Row]) -> dict[str, Tensor]:
    """Of each such layer, as `4.narrow`, the largest magnitude of each feature, `(inputs,)`."""
    found: dict[str, Tensor] = {}

    def seen(name: str, given: Tensor) -> None:
        largest = given.detach().abs().reshape(-1, given.shape[-1]).amax(dim=0)
        found[name] = torch.maximum(found[name], largest) if name in found else largest

    hooks = [
        getattr(layer, kind).register_forward_pre_hook(
            lambda _layer, given, name=f"{number}.{kind}": seen(name, given[0])
        )
        for number, layer in enumerate(network.backbone.layers)
        for kind in ("wide", "narrow")
    ]
    with torch.inference_mode():
        for row in rows:
            network(torch.tensor([row.ids]), torch.tensor([row.segments]))
    for hook in hooks:
        hook.remove()
    return found


def _dense(weight: Tensor, bias: Tensor) -> nn.Linear:
    dense = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        dense.weight.copy_(weight)
        dense.bias.copy_(bias)
    return dense
