"""From the package's tensors to the state of the network."""

from typing import TYPE_CHECKING

import numpy as np

from models.training.backbone.package import Package

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["network_state"]

_LAYER = {
    "attended": "ao", "attention_norm": "aln", "wide": "fi", "narrow": "fo", "norm": "oln",
}  # fmt: skip
_JOINED = ("q", "k", "v")


def network_state(package: Package, kept: list[int]) -> "dict[str, Tensor]":
    """State of `network.Backbone` with the rows of the pieces kept.

    A text has one type in e5; its vector goes into every place.
    """
    import torch

    sizes = package.sizes
    table = package.tensor("emb.word").reshape(-1, sizes.width)[kept]
    places = package.tensor("emb.pos").reshape(-1, sizes.width)
    first_type = package.tensor("emb.type")[: sizes.width]
    state = {
        "table.weight": table,
        "places.weight": places + first_type,
        "norm.weight": package.tensor("emb.ln.w"),
        "norm.bias": package.tensor("emb.ln.b"),
    }
    for number in range(sizes.layers):
        state |= _layer(package, number)
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()}


def _layer(package: Package, number: int) -> "dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]":
    def matrix(name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        bias = package.tensor(f"l{number}.{name}.b")
        return package.tensor(f"l{number}.{name}.w").reshape(len(bias), -1)

    def bias(name: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return package.tensor(f"l{number}.{name}.b")

    start = f"layers.{number}."
    state = {
        start + "attention.weight": np.concatenate([matrix(name) for name in _JOINED]),
        start + "attention.bias": np.concatenate([bias(name) for name in _JOINED]),
    }
    for ours, theirs in _LAYER.items():
        norm = ours.endswith("norm")
        state[f"{start}{ours}.weight"] = package.tensor(f"l{number}.{theirs}.w") if norm else matrix(theirs)
        state[f"{start}{ours}.bias"] = bias(theirs)
    return state
