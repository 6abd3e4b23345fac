"""Writes the folder that ships: tokenizer, graph in eight bits, card; and compares it with the network.

`python -m models.training.reader.export --run FOLDER --out models/packaged/reader`
"""

import argparse
import json
import math
import random
import time
from collections.abc import Sequence
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
from models.reading.windows import best_window
from models.training.reader.eight_bits import ease
from models.training.reader.measure import own_held_out
from models.training.reader.network import ReaderNetwork, open_network
from models.training.reader.sources import Item

__all__ = ["export"]

OPSET = 17
FORMAT = 1
BLOCK = 32  # weights of the table that share a scale


class Graph(nn.Module):
    """The network for one row without padding, its table in four bits (`pack_table`)."""

    packed: Tensor
    scales: Tensor
    places: Tensor

    def __init__(self, network: ReaderNetwork) -> None:
        """Take the weights of a trained network."""
        super().__init__()
        packed, scales = pack_table(network.backbone.table.weight.detach())
        self.register_buffer("packed", packed)
        self.register_buffer("scales", scales)
        self.register_buffer("places", network.backbone.places.weight.detach()[:LONGEST].clone())
        self.segments, self.norm = network.segments, network.backbone.norm
        self.layers = network.backbone.layers
        self.tokens, self.gathered, self.texts = network.tokens, network.gathered, network.texts

    def forward(self, ids: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """`(1, pieces)` twice to `(1, pieces, 4)` and `(1, 5)`."""
        pairs = functional.embedding(ids, self.packed).to(torch.float32)
        high = torch.floor(pairs / 16)
        four_bit = torch.cat([pairs - 16 * high, high], dim=-1) - 8
        scales = functional.embedding(ids, self.scales).to(torch.float32)
        words = (four_bit.reshape(1, ids.shape[1], -1, BLOCK) * scales[..., None]).reshape(
            1, ids.shape[1], -1
        )
        hidden = self.norm(words + self.places[: ids.shape[1]] + self.segments(segments))
        for layer in self.layers:
            hidden = _layer(layer, hidden)
        counted = (segments == 2).to(torch.float32)
        mean = (hidden * counted[:, :, None]).sum(dim=1) / counted.sum(dim=1, keepdim=True)
        whole = functional.gelu(self.gathered(torch.cat([hidden[:, 0], mean], dim=1)))
        return self.tokens(hidden), self.texts(whole)


def pack_table(table: Tensor) -> tuple[Tensor, Tensor]:
    """Four bits a weight in blocks of 32 with a scale each, as llama.cpp's Q4_0.

    `table (words, width)` gives `(words, width / 2) uint8`, whose low halves are the first half of the width
    and high halves the second, and scales `(words, width / 32) float16`. The pretrained table came in such
    blocks: little is lost.
    """
    blocks = table.reshape(len(table), -1, BLOCK)
    extreme = blocks.gather(2, blocks.abs().argmax(dim=2, keepdim=True))
    scales = (extreme / -8).to(torch.float16)
    divisor = torch.where(scales == 0, torch.ones_like(scales), scales).to(torch.float32)
    four_bit = torch.clamp(torch.round(blocks / divisor) + 8, 0, 15).to(torch.uint8).reshape(len(table), -1)
    half = four_bit.shape[1] // 2
    packed: Tensor = four_bit[:, :half] + 16 * four_bit[:, half:]
    return packed, scales[:, :, 0]


def export(
    network: ReaderNetwork, tokenizer: Any, folder: Path, rows: Sequence[Row], said: dict[str, Any]
) -> None:
    """Write `tokenizer.json`, `reader.onnx` and `reader.json`; a reader in `folder` is replaced.

    `rows` show what inputs occur (`eight_bits.ease`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / TOKENIZER), pretty=False)
    _write_graph(folder / GRAPH, ease(network.eval(), rows))
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
        inside = [0, *range(row.first, row.first + len(row.offsets))]
        same += int(
            (found[0, inside, :2].argmax(axis=0) == tokens[0, inside, :2].numpy().argmax(axis=0)).all()
        )
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
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=60, help="windows compared, and as many looked at before")
    options = parser.parse_args()
    torch.set_num_threads(1)
    path = options.run / "checkpoint.pt"
    network, tokenizer = open_network(path), Tokenizer.from_file(str(options.run / "tokenizer.json"))
    step, seconds, windows = torch.load(path, weights_only=True)["place"]
    rows = _rows(Layout(tokenizer), own_held_out(options.data), 2 * options.rows)
    said = {"steps": step, "windows": windows, "seconds": round(seconds)}
    export(network, tokenizer, options.out, rows[: options.rows], said)
    figures = compare(network, options.out, rows[options.rows :])
    sizes = {file: (options.out / file).stat().st_size for file in FILES}
    print(json.dumps({"place": [step, windows, round(seconds)], "compared": figures, "bytes": sizes}))


def _rows(layout: Layout, items: Sequence[Item], count: int) -> list[Row]:
    """Windows of questions that were not trained on."""
    drawn = random.Random(0).sample(items, min(count, len(items)))
    return [
        layout.row(
            one.query, one.passage.context, one.passage.text[slice(*best_window(one.query, one.passage.text))]
        )
        for one in drawn
    ]


if __name__ == "__main__":
    main()
