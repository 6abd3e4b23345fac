"""The packaged transformer as a network that can be trained on: its eight-bit weights read back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.encoders.model_files import WEIGHTS
from models.errors import DamagedModel
from models.training.contextual.network import Network

__all__ = ["open_shipped"]

_PRODUCTS = frozenset({"DynamicQuantizeMatMul", "MatMulIntegerToFloat"})  # as `export` leaves them


def open_shipped(folder: Path) -> Network:
    """The network whose export `folder` holds, but for what eight bits rounded away (a cosine above .99).

    Raises DamagedModel where the graph is not one that `export` writes.
    """
    import onnx
    import torch
    from transformers import AutoConfig, AutoModel

    graph: Any = onnx.load(str(folder / WEIGHTS)).graph
    held = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    model: Any = AutoModel
    layers = model.from_config(AutoConfig.from_pretrained(str(folder), vocab_size=1))
    layers.eval()
    state = layers.state_dict()
    read = {**_plain(held), **_products(graph, held)}
    own = layers.embeddings
    read["embeddings.position_embeddings.weight"] = held["positions"].copy()
    read["embeddings.token_type_embeddings.weight"] = np.zeros(
        tuple(own.token_type_embeddings.weight.shape), np.float32
    )  # export adds it to the positions
    wanted = {name for name in state if name.startswith(("encoder.", "embeddings.LayerNorm"))}
    if missing := sorted(wanted - read.keys()):
        raise DamagedModel(f"{folder / WEIGHTS} lacks {missing[0]}: is it an export of models.training?")
    layers.load_state_dict({**state, **{name: torch.from_numpy(array) for name, array in read.items()}})
    own.word_embeddings.weight.requires_grad_(False)  # replaced by the table
    table = torch.from_numpy(held["table"].astype(np.float32) * held["scales"])
    return Network(table.requires_grad_(), layers)


def _plain(held: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Weights that were kept as they were: biases and norms."""
    read = {f"embeddings.LayerNorm.{name}": held[f"norm.{name}"].copy() for name in ("weight", "bias")}
    for name, array in held.items():
        if name.startswith("layers."):
            read[_name_in_layers(name)] = array.copy()
    return read


def _products(graph: Any, held: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Weights of products, named after the bias that is added to each; rows are outputs again."""
    read: dict[str, NDArray[Any]] = {}
    for node in graph.node:
        if node.op_type in _PRODUCTS:
            bias = next(name for name in node.input if name.endswith(".bias"))
            weight = next(name for name in node.input if name in held and name.endswith("_quantized"))
            stem = weight.removesuffix("_quantized")
            zero = held[f"{stem}_zero_point"].astype(np.float32)
            full = (held[weight].astype(np.float32) - zero) * held[f"{stem}_scale"]
            read[_name_in_layers(bias.removesuffix("bias") + "weight")] = np.ascontiguousarray(full.T)
    return read


def _name_in_layers(name: str) -> str:
    return "encoder.layer." + name.removeprefix("layers.")
