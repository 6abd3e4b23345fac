"""`python -m models.training.contextual.tokens`: a second output for a packaged graph, a vector a token.

The last hidden states of the trained network, projected to fewer dimensions. The network was trained on the
mean of a text's vectors alone; cosines of single ones order candidates well all the same. The projection is
that of the greatest variance over the tokens of ordinary texts (Pearson 1901): inner products keep as much as
they can.
"""

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.plain_text.folding import fold
from models.encoders.contextual import TOKENIZER
from models.encoders.model_files import WEIGHTS, encodable, read_tokenizer
from models.encoders.quiet_runtime import open_onnxruntime

__all__ = ["add_tokens", "principal_directions"]

DIMENSIONS = 64  # a question of the development set lost .00 against 384, .01 at 48 and .02 at 32
SOURCES = {
    "text/cn_law": 400,
    "text/news": 400,
    "zh_en/un_dev": 300,
}  # lines drawn from the first FIRST records
FIRST = 20_000
LENGTHS = range(30, 301)  # characters
POOLING = "ReduceMean"  # what the last hidden states go into
ADDED = "tokens"

Numbers = NDArray[np.float32]


def main() -> None:
    """Fit the projection on texts, and write it into the graph of a model folder."""
    parser = argparse.ArgumentParser(
        prog="python -m models.training.contextual.tokens", description=main.__doc__
    )
    parser.add_argument("--model", type=Path, default=Path("models/packaged/quality"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the texts")
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    path = chosen.model / WEIGHTS
    hidden = _hidden_states(path, chosen.model / TOKENIZER, list(_texts(chosen.data, chosen.seed)))
    directions, kept = principal_directions(hidden, chosen.dimensions)
    add_tokens(path, directions)
    print(json.dumps({"tokens": len(hidden), "dimensions": chosen.dimensions, "variance": round(kept, 3)}))


def principal_directions(vectors: Numbers, count: int) -> tuple[Numbers, float]:
    """Orthonormal directions of the greatest second moment, `(dim, count)`, and the share they keep.

    Rows count at norm one. The origin stays: cosines are taken about it. Each direction's largest part is
    positive, so that the same vectors give the same signs.
    """
    rows = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    moments = rows.T.astype(np.float64) @ rows / len(rows)
    values, directions = np.linalg.eigh(moments)  # rising
    best = directions[:, ::-1][:, :count]
    best = best * np.sign(best[np.abs(best).argmax(axis=0), np.arange(count)])
    return best.astype(np.float32), float(values[::-1][:count].sum() / values.sum())


def add_tokens(path: Path, directions: Numbers) -> None:
    """Give the graph an output `tokens (n, dimensions)`, unit norm; one that it has is replaced."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load(path)
    graph = model.graph
    for kind in (graph.node, graph.initializer, graph.output):
        for own in [one for one in kind if one.name.startswith(ADDED)]:
            kind.remove(own)
    hidden = _pooled(model)
    graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(directions), "tokens/directions"))
    graph.initializer.append(numpy_helper.from_array(np.array([-1, directions.shape[1]]), "tokens/shape"))
    graph.node.extend(
        [
            helper.make_node("MatMul", [hidden, "tokens/directions"], ["tokens/projected"], "tokens/project"),
            helper.make_node("Reshape", ["tokens/projected", "tokens/shape"], ["tokens/rows"], "tokens/one"),
            helper.make_node("LpNormalization", ["tokens/rows"], ["tokens"], "tokens/norm", axis=-1, p=2),
        ]
    )
    shape = ["tokens", directions.shape[1]]
    graph.output.append(helper.make_tensor_value_info("tokens", onnx.TensorProto.FLOAT, shape))
    onnx.save(model, path)


def _pooled(model: Any) -> str:
    """The name of the last hidden states, `(1, n, width)`."""
    return str([node for node in model.graph.node if node.op_type == POOLING][-1].input[0])


def _hidden_states(path: Path, tokenizer_path: Path, texts: list[str]) -> Numbers:
    """Last hidden states of all tokens of the texts, `(tokens, width)`."""
    import onnx

    model = onnx.load(path)
    name = _pooled(model)
    model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = open_onnxruntime().InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    tokenizer = read_tokenizer(tokenizer_path)
    begin = tokenizer.get_vocab_size()
    states = []
    for text in texts:
        ids = tokenizer.encode(encodable(fold(text)), add_special_tokens=False).ids
        if ids:
            read = session.run([name], {"input_ids": np.array([[begin, *ids, begin + 1]], np.int64)})
            states.append(read[0][0, 1:-1])
    return np.concatenate(states)


def _texts(data: Path, seed: int) -> Iterator[str]:
    chooser = random.Random(seed)
    for source, count in SOURCES.items():
        with gzip.open(data / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            records = [json.loads(line) for line in islice(lines, FIRST)]
        found = [
            line
            for record in records
            for line in str(record.get("text") or record.get("zh") or "").splitlines()
            if len(line) in LENGTHS
        ]
        yield from chooser.sample(found, min(count, len(found)))


if __name__ == "__main__":
    main()
