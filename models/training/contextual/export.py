"""Writes the folder that ships: eight-bit weights in ONNX, laid out as sentence-transformers does."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from models.encoders.quiet_runtime import open_onnxruntime
from models.training.contextual.network import Network

if TYPE_CHECKING:
    import torch

__all__ = ["export"]

POSITIONS = 256  # of 512: longer texts are read in parts
OPSET = 17

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
]
_CONFIG: dict[str, object] = {"model_type": "SentenceTransformer", "prompts": {}, "default_prompt_name": None,
           "similarity_fn_name": "cosine"}  # fmt: skip


def export(folder: Path, tokenizer: Tokenizer, network: Network) -> None:
    """Write tokenizer, configuration and `onnx/one_text_qint8.onnx`; a model in `folder` is replaced.

    The graph takes `input_ids (1, n) int64` and gives `vector (1, width) float32`, unit norm.
    """
    from models.encoders.contextual import TOKENIZER
    from models.encoders.model_files import WEIGHTS

    (folder / WEIGHTS).parent.mkdir(parents=True, exist_ok=True)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    width = int(network.table.shape[1])
    _write_json(folder / "modules.json", _MODULES)
    _write_json(folder / "config_sentence_transformers.json", _CONFIG)
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": POSITIONS, "do_lower_case": False})
    _write_json(
        folder / "1_Pooling/config.json",
        {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True},
    )
    settings = network.layers.config.to_dict()
    settings.pop("_name_or_path", None)  # where the teacher lay
    settings |= {"vocab_size": len(network.table), "max_position_embeddings": POSITIONS}
    _write_json(folder / "config.json", settings)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    _write_graph(folder / WEIGHTS, network)


def _write_graph(path: Path, network: Network) -> None:
    import torch

    open_onnxruntime()  # before any part of it is imported
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain, eight_bit = path.with_suffix(".plain"), path.with_suffix(".eight_bit")
    with torch.inference_mode():
        torch.onnx.export(
            _graph(network),
            (torch.tensor([[0, 1, 2, 3]]),),
            str(plain),
            input_names=["input_ids"],
            output_names=["vector"],
            dynamic_axes={"input_ids": {1: "tokens"}},
            opset_version=OPSET,
            dynamo=False,
        )
    # Seven bits for the weights: products of eight-bit ones overflow on processors without VNNI.
    quantize_dynamic(
        plain,
        eight_bit,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    _optimize(eight_bit, path)
    plain.unlink()
    eight_bit.unlink()


def _optimize(source: Path, target: Path) -> None:
    """Fuse what can be fused once for all: doing it whenever the model is opened takes twice the time."""
    onnxruntime = open_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])


def _graph(network: Network) -> Any:
    """The network for one text, its table in eight bits with one scale a row."""
    import torch
    from torch.nn import functional

    class Graph(torch.nn.Module):
        table: torch.Tensor
        scales: torch.Tensor
        positions: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            table = network.table.detach()
            scales = table.abs().amax(dim=1, keepdim=True) / 127
            self.register_buffer("table", torch.round(table / scales).to(torch.int8))
            self.register_buffer("scales", scales)
            own = network.layers.embeddings
            positions = own.position_embeddings.weight.detach()[:POSITIONS]
            self.register_buffer("positions", positions + own.token_type_embeddings.weight.detach()[0])
            self.norm = own.LayerNorm
            self.layers = network.layers.encoder.layer
            self.heads = network.layers.config.num_attention_heads

        def forward(self, ids: "torch.Tensor") -> "torch.Tensor":
            """Ids `(1, pieces) int64` of one text to its vector `(1, dim) float32`, of unit norm."""
            words = functional.embedding(ids, self.table).to(torch.float32)
            words = words * functional.embedding(ids, self.scales)
            hidden = self.norm(words + self.positions[: ids.shape[1]])
            for layer in self.layers:
                hidden = _layer(layer, hidden, self.heads)
            return functional.normalize(hidden.mean(dim=1), dim=1)

    return Graph().eval()


def _layer(layer: Any, hidden: "torch.Tensor", heads: int) -> "torch.Tensor":
    """One BERT layer over one text, without mask (Devlin et al., NAACL 2019)."""
    import torch
    from torch.nn import functional

    own, out = layer.attention.self, layer.attention.output
    length, width = hidden.shape[1], hidden.shape[2]

    def split(projected: "torch.Tensor") -> "torch.Tensor":
        return projected.reshape(1, length, heads, width // heads).transpose(1, 2)  # (1, heads, n, size)

    query, key, value = (split(part(hidden)) for part in (own.query, own.key, own.value))
    weights = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(width // heads), dim=-1)
    met = (weights @ value).transpose(1, 2).reshape(1, length, width)
    hidden = out.LayerNorm(hidden + out.dense(met))
    wide = functional.gelu(layer.intermediate.dense(hidden))
    result: torch.Tensor = layer.output.LayerNorm(hidden + layer.output.dense(wide))
    return result


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
