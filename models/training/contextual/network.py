"""The model being trained: a table of input vectors under the layers of an English sentence encoder."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.training.contextual.words import input_vectors
from models.training.precision import half_precision

if TYPE_CHECKING:
    import torch

__all__ = ["Network", "load_network"]

Tokens = NDArray[np.int32]

GROUP = 32  # texts read together


class Network:
    """`table` (tokens + 2, width): input vectors, last those of the marks around a text; `layers`: a BERT.

    A text's vector is the mean of the last layer over its tokens and marks, at norm one, as the English
    model was trained.
    """

    def __init__(self, table: "torch.Tensor", layers: Any) -> None:
        """Take a table that needs gradients, and a transformers model."""
        self.table = table
        self.layers = layers

    def encode(self, texts: Sequence[Tokens]) -> "torch.Tensor":
        """Unit vectors `(n, width)` of tokenised texts, with gradient.

        Texts of about one length are read together: padding would take a third of the time.
        """
        import torch

        order = np.argsort([len(text) for text in texts], kind="stable")
        groups = [order[begin : begin + GROUP] for begin in range(0, len(order), GROUP)]
        vectors = torch.cat([self._encode([texts[row] for row in group]) for group in groups])
        return vectors[torch.from_numpy(np.argsort(order, kind="stable"))]

    def _encode(self, texts: Sequence[Tokens]) -> "torch.Tensor":
        import torch
        from torch.nn import functional

        ids, mask = self._padded(texts)
        inputs = functional.embedding(ids, self.table)
        hidden = self.layers(inputs_embeds=inputs, attention_mask=mask).last_hidden_state.float()
        summed = (hidden * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        return torch.nn.functional.normalize(summed, dim=1)

    def vectors(self, texts: Sequence[Tokens]) -> NDArray[np.float32]:
        """The same without gradient, `(n, width) float32`."""
        import torch

        with torch.inference_mode(), half_precision():
            return np.asarray(self.encode(texts).float().numpy(), np.float32)

    def _padded(self, texts: Sequence[Tokens]) -> tuple["torch.Tensor", "torch.Tensor"]:
        import torch

        first, last = len(self.table) - 2, len(self.table) - 1
        longest = max(map(len, texts)) + 2
        ids = np.full((len(texts), longest), last, np.int64)
        mask = np.zeros((len(texts), longest), np.float32)
        for row, text in enumerate(texts):
            ids[row, 0] = first
            ids[row, 1 : len(text) + 1] = text
            mask[row, : len(text) + 2] = 1
        return torch.from_numpy(ids), torch.from_numpy(mask)


def load_network(tokenizer: Any, rows: NDArray[np.float32], teacher: Path) -> Network:
    """A network whose layers and known words are those of the `teacher` folder, ready to be trained.

    `tokenizer` and its `rows` (tokens, dim) are those of the static encoder.
    """
    import torch
    from transformers import AutoModel, AutoTokenizer

    layers: Any = AutoModel.from_pretrained(str(teacher), local_files_only=True)
    pieces: Any = AutoTokenizer.from_pretrained(str(teacher), local_files_only=True)
    layers.eval()  # without dropout: words of the text are dropped instead
    own = layers.embeddings.word_embeddings.weight.detach().numpy()
    marks = own[[pieces.cls_token_id, pieces.sep_token_id]]
    table = np.concatenate([input_vectors(tokenizer.get_vocab(), rows, pieces.get_vocab(), own), marks])
    layers.embeddings.word_embeddings = torch.nn.Embedding(1, own.shape[1])  # replaced by the table
    layers.embeddings.word_embeddings.weight.requires_grad_(False)
    return Network(torch.from_numpy(table).requires_grad_(), layers)
