"""From the name that `--encoder` is given to an encoder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models.encoder import Encoder
from models.errors import DamagedModel, ModelNotFound

__all__ = ["PACKAGED", "load_encoder"]

PACKAGED = Path(__file__).parent / "packaged"


def load_encoder(name: str = "packaged") -> Encoder:
    """The encoder of that name.

    - `packaged`: the Chinese encoder that ships, opened without torch
    - `hash`: a deterministic fake for tests
    - a folder in sentence-transformers' format; without torch where its one module is a StaticEmbedding
    - `owner/name` of a sentence-transformers model on the Hugging Face hub

    Raises ModelNotFound, DamagedModel, ExtraMissing.
    Example: `load_encoder("hash").dim == 256`
    """
    if name == "hash":
        from models.hashing import HashEncoder

        return HashEncoder()
    folder = PACKAGED if name == "packaged" else Path(name).expanduser()
    if name == "packaged" or (folder.is_dir() and _is_plain_static(folder)):
        from models.static import StaticEncoder

        return StaticEncoder.open(folder, name)
    from models.transformer import HUB_NAME, SentenceTransformerEncoder

    if not folder.is_dir() and not HUB_NAME.fullmatch(name):
        raise ModelNotFound(
            f"no encoder {name!r}: it is neither 'packaged' nor 'hash', no folder {folder}, and no hub name "
            "such as 'BAAI/bge-small-zh-v1.5'; give one of these"
        )
    return SentenceTransformerEncoder.open(name)


def _is_plain_static(folder: Path) -> bool:
    """One StaticEmbedding, at most normalised, and no prompts to put before a text."""
    modules = _read_json(folder / "modules.json", default=[])
    config = _read_json(folder / "config_sentence_transformers.json", default={})
    kinds = [str(module.get("type", "")).rpartition(".")[2] for module in modules]
    return kinds in (["StaticEmbedding"], ["StaticEmbedding", "Normalize"]) and not any(
        (config.get("prompts") or {}).values()
    )


def _read_json(path: Path, default: Any) -> Any:
    """Contents of a configuration file, of the type of `default`; `default` where there is no file."""
    if not path.is_file():
        return default
    try:
        value = json.loads(path.read_bytes())
    except ValueError as error:
        raise DamagedModel(f"{path} is not JSON ({error}); restore the model folder") from error
    if not isinstance(value, type(default)):
        expected = "a list" if isinstance(default, list) else "an object"
        raise DamagedModel(f"{path} holds no {expected.split()[1]}, expected {expected}; restore the folder")
    return value
