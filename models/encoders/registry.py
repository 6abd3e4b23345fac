"""From the name that `--encoder` is given to an encoder."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.encoder import Encoder
from models.encoders.model_files import WEIGHTS
from models.errors import DamagedModel, ModelNotFound, UntrustedModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.encoders.static import StaticEncoder

__all__ = [
    "FAST",
    "NAMES",
    "QUALITY",
    "load_encoder",
    "load_named",
    "trust_encoders",
    "word_encoder",
]

FAST = Path(__file__).parents[1] / "packaged/fast"
QUALITY = Path(__file__).parents[1] / "packaged/quality"
_FOLDERS = {"packaged": QUALITY, "quality": QUALITY, "fast": FAST}
NAMES = frozenset({*_FOLDERS, "hash"})
"""Names that stand for no folder and no model of a hub."""


_trusted: set[str] = set()


def trust_encoders(names: Iterable[str]) -> None:
    """From here on this process opens encoders of these names where an index names one.

    Example: `trust_encoders(["BAAI/bge-small-zh-v1.5"])`
    """
    _trusted.update(names)


def load_named(name: str) -> Encoder:
    """The encoder that an index names: a packaged one, or one that this process was told to trust or load.

    An index may come from anywhere, and opening a model reads files and may fetch them.
    Raises UntrustedModel, and what `load_encoder` raises. Example: `load_named("packaged").dim == 256`
    """
    if name not in NAMES and name not in _trusted:
        raise UntrustedModel(
            f"the index names the encoder {name!r:.200}, neither packaged nor chosen here; a model is opened "
            "only for whoever runs the program: if the index is yours, set YINZHENG_ENCODERS to that "
            f"name, or call models.encoders.registry.trust_encoders([{name!r:.200}])"
        )
    return load_encoder(name)


def load_encoder(name: str = "packaged") -> Encoder:
    """The encoder of that name, which is trusted from then on.

    - `packaged` or `quality`: the Chinese transformer that ships, opened without torch
    - `fast`: the static Chinese encoder that ships, forty times as fast
    - `hash`: a deterministic fake for tests
    - a folder in sentence-transformers' format; without torch where its one module is a StaticEmbedding
    - `owner/name` of a sentence-transformers model on the Hugging Face hub

    Raises ModelNotFound, DamagedModel, ExtraMissing.
    Example: `load_encoder("hash").dim == 256`
    """
    encoder = _load(name)
    _trusted.add(name)
    return encoder


def _load(name: str) -> Encoder:
    if name == "hash":
        from models.encoders.hashing import HashEncoder

        return HashEncoder()
    folder = _FOLDERS.get(name) or Path(name).expanduser()
    if (folder / WEIGHTS).is_file():
        from models.encoders.contextual import ContextualEncoder

        return ContextualEncoder.open(folder, name)
    if name in _FOLDERS or (folder.is_dir() and _is_plain_static(folder)):
        from models.encoders.static import StaticEncoder

        return StaticEncoder.open(folder, name)
    from models.encoders.transformer import HUB_NAME, SentenceTransformerEncoder

    if not name or (not folder.is_dir() and not HUB_NAME.fullmatch(name)):
        raise ModelNotFound(
            f"no encoder {name!r}: it is none of {', '.join(_FOLDERS)}, hash, no folder {folder}, and no "
            "hub name such as 'BAAI/bge-small-zh-v1.5'; give one of these"
        )
    return SentenceTransformerEncoder.open(name)


def word_encoder(encoder: Encoder) -> StaticEncoder | None:
    """The encoder that says what single words mean, to stand beside an encoder of texts.

    A static encoder is its own; a transformer says little of a word without a sentence, so the packaged
    static encoder stands beside it. None for encoders that only tests use.
    """
    from models.encoders.contextual import ContextualEncoder
    from models.encoders.static import StaticEncoder
    from models.encoders.transformer import SentenceTransformerEncoder

    if isinstance(encoder, StaticEncoder):
        return encoder
    if isinstance(encoder, ContextualEncoder | SentenceTransformerEncoder):
        return _fast()
    return None


@cache
def _fast() -> StaticEncoder:
    from models.encoders.static import StaticEncoder

    return StaticEncoder.open(FAST, "fast")


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
