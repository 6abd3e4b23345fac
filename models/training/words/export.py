"""Writes the model folder in the format of sentence-transformers: StaticEmbedding, then Normalize."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from models.encoders.static import CONFIG, ROWS, TOKENIZER, WEIGHTS

__all__ = ["export"]

MODULE = "0_StaticEmbedding"

_MODULES = [
    {"idx": 0, "name": "0", "path": MODULE,
     "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]  # fmt: skip
_CONFIG: dict[str, object] = {"model_type": "SentenceTransformer", "prompts": {}, "default_prompt_name": None,
           "similarity_fn_name": "cosine"}  # fmt: skip


def export(folder: Path, tokenizer: Tokenizer, rows: NDArray[np.float32]) -> None:
    """Write tokenizer, float16 rows and configuration; an existing model in `folder` is replaced.

    sentence-transformers computes in the type it finds, and in float16 its Normalize module turns an empty
    text into NaN: call `.float()` on what it opens.
    """
    module = folder / MODULE
    module.mkdir(parents=True, exist_ok=True)
    _write_json(folder / CONFIG, _MODULES)
    _write_json(folder / "config_sentence_transformers.json", _CONFIG)
    tokenizer.save(str(module / TOKENIZER), pretty=False)
    save_file({ROWS: np.ascontiguousarray(rows, dtype=np.float16)}, str(module / WEIGHTS))
    (module / WEIGHTS).chmod(0o644)  # safetensors leaves it readable to its owner alone


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
