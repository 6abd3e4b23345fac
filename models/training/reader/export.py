"""Writes the folder that ships: tokenizer, graph in eight bits, card; and compares it with the network.

`python -m models.training.reader.export --run FOLDER --out models/data/reader`
"""

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from models.encoders.quiet_runtime import open_onnxruntime
from models.reading.layout import LONGEST, Layout, Row
from models.reading.onnx_reader import CARD, FILES, GRAPH, INPUTS, OUTPUTS, TOKENIZER, _open_session
from models.training.reader.network import ReaderNetwork, open_network

__all__ = ["export"]

OPSET = 17
FORMAT = 1


class Graph(nn.Module):
    """The network for one row without padding, its table in eight bits with one scale a piece."""

    table: Tensor
    scales: Tensor
    places: Tensor

    def __init__(self, network: ReaderNetwork) -> None:
        """Take the weights of a trained network."""
        super().__init__()
        table = network.backbone.table.weight.detach()
        scales = table.abs().amax(dim=1, keepdim=True) / 127
        self.register_buffer("table", torch.round(table / scales).to(torch.int8))
        self.register_buffer("scales", scales)
        self.register_buffer("places", network.backbone.places.weight.detach()[:LONGEST].clone())
        self.segments, self.norm = network.segments, network.backbone.norm
        self.layers = network.backbone.layers
        self.tokens, self.gathered, self.texts = network.tokens, network.gathered, network.texts

    def forward(self, ids: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """`(1, pieces)` twice to `(1, pieces, 4)` and `(1, 5)`."""
        words = functional.embedding(ids, self.table).to(torch.float32) * functional.embedding(
            ids, self.scales
        )
        hidden = self.norm(words + self.places[: ids.shape[1]] + self.segments(segments))
        for layer in self.layers:
            hidden = _layer(layer, hidden)
        counted = (segments == 2).to(torch.float32)
        mean = (hidden * counted[:, :, None]).sum(dim=1) / counted.sum(dim=1, keepdim=True)
        whole = functional.gelu(self.gathered(torch.cat([hidden[:, 0], mean], dim=1)))
        return self.tokens(hidden), self.texts(whole)


def export(network: ReaderNetwork, tokenizer: Any, folder: Path, said: dict[str, Any]) -> None:
    """Write `tokenizer.json`, `reader.onnx` and `reader.json`; a reader in `folder` is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    _write_graph(folder / GRAPH, network.eval())
    card = {"format": FORMAT, "layers": network.backbone.shape.layers, "pieces": network.backbone.shape.words,
            "longest": LONGEST, **said}  # fmt: skip
    (folder / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def compare(network: ReaderNetwork, folder: Path, rows: list[Row]) -> dict[str, float]:
    """How far the graph's logits are from the network's, and how often the best ends are the same."""
    session = _open_session(folder / GRAPH)
    apart, same, seconds = [], 0, 0.0
    for row in rows:
        ids, segments = torch.tensor([row.ids]), torch.tensor([row.segments])
        with torch.inference_mode():
            tokens, texts = network(ids, segments)
        started = time.process_time()
        found, whole = session.run(OUTPUTS, {"ids": ids.numpy(), "segments": segments.numpy()})
        seconds += time.process_time() - started
        apart.append([np.abs(found - tokens.numpy()).mean(), np.abs(whole - texts.numpy()).mean()])
        same += int((found[0].argmax(axis=0)[:2] == tokens[0].numpy().argmax(axis=0)[:2]).all())
    means = np.mean(apart, axis=0)
    return {
        "rows": len(rows), "pieces": float(np.mean([len(row.ids) for row in rows])),
        "apart_tokens": round(float(means[0]), 4), "apart_texts": round(float(means[1]), 4),
        "same_best": round(same / len(rows), 4), "cpu_ms": round(1000 * seconds / len(rows), 1),
    }  # fmt: skip


def _layer(layer: Any, hidden: Tensor) -> Tensor:
    length, width = hidden.shape[1], hidden.shape[2]
    size = width // layer.heads
    query, key, value = (
        part.reshape(1, length, layer.heads, size).transpose(1, 2)
        for part in layer.attention(hidden).split(width, dim=-1)
    )
    weights = torch.softmax(query @ key.transpose(2, 3) / math.sqrt(size), dim=-1)
    met = (weights @ value).transpose(1, 2).reshape(1, length, width)
    hidden = layer.attention_norm(hidden + layer.attended(met))
    result: Tensor = layer.norm(hidden + layer.narrow(functional.gelu(layer.wide(hidden))))
    return result


def _write_graph(path: Path, network: ReaderNetwork) -> None:
    open_onnxruntime()  # before any part of it is imported
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain, eight_bit = path.with_suffix(".plain"), path.with_suffix(".eight_bit")
    with torch.inference_mode():
        torch.onnx.export(
            Graph(network).eval(),
            (torch.tensor([[0, 1, 2, 3]]), torch.tensor([[0, 1, 2, 2]])),
            str(plain),
            input_names=INPUTS,
            output_names=OUTPUTS,
            dynamic_axes={name: {1: "pieces"} for name in [*INPUTS, "tokens"]},
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
        nodes_to_exclude=[],
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


def main() -> None:
    """Export a checkpoint, compare, and print the figures and the sizes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoint.pt and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=40)
    options = parser.parse_args()
    torch.set_num_threads(1)
    path = options.run / "checkpoint.pt"
    network, tokenizer = open_network(path), Tokenizer.from_file(str(options.run / "tokenizer.json"))
    step, seconds, windows = torch.load(path, weights_only=True)["place"]
    export(network, tokenizer, options.out, {"steps": step, "windows": windows, "seconds": round(seconds)})
    figures = compare(network, options.out, _sample_rows(Layout(tokenizer), options.rows))
    sizes = {file: (options.out / file).stat().st_size for file in FILES}
    print(json.dumps({"place": [step, windows, round(seconds)], "compared": figures, "bytes": sizes}))


def _sample_rows(layout: Layout, count: int) -> list[Row]:
    """Full rows of plain sentences: their content does not matter for the comparison of weights."""
    text = "工作组第八次会议于2019年9月9日至10日在维也纳举行，有23个缔约国出席，审议了关于国际合作的建议。"
    return [
        layout.row(f"第{n}次会议有多少国家出席？", "会议报告；导言", f"{n}. " + text * 12)
        for n in range(count)
    ]


if __name__ == "__main__":
    main()
