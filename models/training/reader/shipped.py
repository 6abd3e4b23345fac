"""The packaged reader as a network that can be trained on: its weights in few bits read back."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.errors import DamagedModel
from models.reading.layout import LONGEST
from models.reading.onnx_reader import GRAPH
from models.training.backbone.network import Backbone, Shape
from models.training.reader.network import ReaderNetwork

__all__ = ["open_shipped"]

_PRODUCT = "DynamicQuantizeMatMul"  # as `export` leaves a dense layer

Arrays = dict[str, NDArray[Any]]


def open_shipped(folder: Path, dropped: float = 0.0) -> ReaderNetwork:
    """The network whose export `folder` holds, but for what few bits rounded away.

    `dropped`: share of features left out in training. Raises DamagedModel where the graph is not one that
    `export` writes. Example: `open_shipped(Path("models/packaged/reader"))`
    """
    import onnx

    graph: Any = onnx.load(str(folder / GRAPH)).graph
    held: Arrays = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    try:
        weights = _products(graph, held)
        words, half = held["packed"].shape
        layers = 1 + max(int(name.split(".")[1]) for name in held if name.startswith("layers."))
        read = _heads(held, weights) | _backbone(held, weights, layers)
    except KeyError as missing:
        raise DamagedModel(
            f"{folder / GRAPH} lacks {missing}: is it an export of models.training.reader?"
        ) from None
    inner = len(read["backbone.layers.0.wide.bias"])
    shape = Shape(words, 2 * half, layers, inner=inner, positions=LONGEST, dropped=dropped)
    network = ReaderNetwork(Backbone(shape))
    network.load_state_dict(read)
    return network


def _backbone(held: Arrays, weights: Arrays, layers: int) -> dict[str, Tensor]:
    read: Arrays = {"table.weight": _table(held["packed"], held["scales"]), "places.weight": held["places"]}
    read |= {name: held[name] for name in ("norm.weight", "norm.bias")}
    for number in range(layers):
        stem = f"layers.{number}"
        for norm in ("attention_norm", "norm"):
            read |= {f"{stem}.{norm}.{kind}": held[f"{stem}.{norm}.{kind}"] for kind in ("weight", "bias")}
        for dense in ("attention", "attended", "wide", "narrow"):
            weight, bias = _dense(f"{stem}.{dense}", held, weights)
            read |= {f"{stem}.{dense}.weight": weight, f"{stem}.{dense}.bias": bias}
    return {f"backbone.{name}": torch.from_numpy(array.copy()) for name, array in read.items()}


def _heads(held: Arrays, weights: Arrays) -> dict[str, Tensor]:
    read = {"segments.weight": held["segments.weight"]}
    for head in ("tokens", "gathered", "texts"):
        read |= {f"{head}.weight": weights[head], f"{head}.bias": held[f"{head}.bias"]}
    return {name: torch.from_numpy(array.copy()) for name, array in read.items()}


def _dense(stem: str, held: Arrays, weights: Arrays) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weight `(outputs, inputs)` and bias of a layer, what `eight_bits.ease` moved put back."""
    if stem in weights:
        return weights[stem], held[f"{stem}.bias"]
    weight = weights[f"{stem}.dense"]
    if f"{stem}.divided" in held:
        weight = weight * held[f"{stem}.divided"]
    if f"{stem}.kept" in held:
        weight = weight * held[f"{stem}.kept"]
        weight[:, held[f"{stem}.apart"]] += weights[f"{stem}.weight_apart"]
    return weight, held[f"{stem}.dense.bias"]


def _products(graph: Any, held: Arrays) -> Arrays:
    """Weights of dense layers `(outputs, inputs)`, named after the bias that is added, or their own name."""
    read: Arrays = {}
    for node in graph.node:
        if node.op_type == _PRODUCT:
            weight, scale, zero, bias = node.input[1:5]
            full = (held[weight].astype(np.float32) - held[zero].astype(np.float32)) * held[scale]
            name = bias.removesuffix(".bias") or weight.removesuffix("_quantized")
            read[name] = np.ascontiguousarray(full.T)
    return read


def _table(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> NDArray[np.float32]:
    """The other way of `export.pack_table`, `(words, width)`."""
    four_bit = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    blocks = four_bit.reshape(len(packed), scales.shape[1], -1) * scales.astype(np.float32)[:, :, None]
    table: NDArray[np.float32] = blocks.reshape(len(packed), -1)
    return table
