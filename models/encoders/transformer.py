"""Any sentence-transformers model, from a folder or by its name on the Hugging Face hub.

Needs the extra `transformers`; torch is imported when a model is opened, not before.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import xxhash

from models.encoder import Vectors
from models.errors import DamagedModel, ExtraMissing, ModelNotFound

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["HUB_NAME", "SentenceTransformerEncoder", "model_fingerprint"]

# owner/name as the hub allows it: https://huggingface.co/docs/hub/repositories-settings
HUB_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
# Files that decide the vectors; readme, licence and other formats of the same weights do not.
_DECISIVE = frozenset({".safetensors", ".bin", ".json", ".txt", ".model", ".py"})
_OTHER_FORMATS = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.md")
_CHUNK = 1 << 24  # bytes hashed at a time


class SentenceTransformerEncoder:
    """An Encoder on a SentenceTransformer.

    Queries and documents get the prompts that the model's own configuration names for them, else
    its default prompt, else none. Text beyond the model's `max_seq_length` tokens is not seen.

    Example: `SentenceTransformerEncoder.open("BAAI/bge-small-zh-v1.5").dim == 512`
    """

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str) -> None:
        """Wrap a loaded model; `open` is the usual way in."""
        self.name = name
        self.fingerprint = fingerprint
        self._model = model
        # Measured, because the method that tells it is called differently from version to version.
        self.dim: int = self.encode_documents(["1"]).shape[1]

    @classmethod
    def open(cls, name_or_folder: str) -> SentenceTransformerEncoder:
        """Load a model folder, or a hub model: from the local cache, else downloaded by that name.

        Code that a model brings along is not run. Raises ExtraMissing without the extra,
        ModelNotFound where there is no such model, DamagedModel where it cannot be loaded.
        """
        try:
            from sentence_transformers import SentenceTransformer
        except ModuleNotFoundError as error:
            missing = error.name or "sentence_transformers"
            raise ExtraMissing(f"encoder {name_or_folder!r}", missing, "transformers") from error
        folder = _folder(name_or_folder)
        if not (folder / "modules.json").is_file():
            raise DamagedModel(
                f"{folder} has no modules.json; expected a model saved by sentence-transformers: "
                "name the folder that save_pretrained wrote"
            )
        _quiet_unless_terminal()
        try:
            model = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
        except MemoryError:
            raise
        except Exception as error:  # the library and its back ends raise whatever they like
            raise DamagedModel(
                f"{folder} cannot be loaded by sentence-transformers ({type(error).__name__}: {error}); "
                "restore its files, or remove the folder and fetch the model again"
            ) from error
        return cls(model, name_or_folder, model_fingerprint(folder))

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, `(n, dim) float32`, unit norm."""
        if not texts:
            return self._none()
        return self._model.encode_document(
            _encodable(texts), normalize_embeddings=True, show_progress_bar=False
        ).astype(np.float32, copy=False)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to search with, `(n, dim) float32`, unit norm."""
        if not texts:
            return self._none()
        return self._model.encode_query(
            _encodable(texts), normalize_embeddings=True, show_progress_bar=False
        ).astype(np.float32, copy=False)

    def _none(self) -> Vectors:
        return np.zeros((0, self.dim), dtype=np.float32)


def model_fingerprint(folder: Path) -> str:
    """xxh3-128 over names and contents of the files that decide the vectors.

    Example: a 32-digit hexadecimal string, equal for equal folders wherever they lie.
    """
    digest = xxhash.xxh3_128()
    files = (path for path in folder.rglob("*") if path.suffix in _DECISIVE and path.is_file())
    for path in sorted(files, key=lambda path: path.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix().encode()
        for part in (name, path.stat().st_size.to_bytes(8, "little")):
            digest.update(len(part).to_bytes(8, "little") + part)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _folder(name_or_folder: str) -> Path:
    """The folder itself, or the snapshot of a hub model, the local cache first."""
    folder = Path(name_or_folder).expanduser()
    if folder.is_dir():
        return folder
    if not HUB_NAME.fullmatch(name_or_folder):
        raise ModelNotFound(
            f"no model folder {name_or_folder!r}, and it is no hub name such as 'BAAI/bge-small-zh-v1.5'; "
            "give the path of an existing folder or an owner/name"
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name_or_folder, local_files_only=True))
    except LocalEntryNotFoundError:
        pass
    try:
        return Path(snapshot_download(name_or_folder, ignore_patterns=list(_OTHER_FORMATS)))
    except Exception as error:  # network, hub and file errors share no base class
        raise ModelNotFound(
            f"{name_or_folder!r} is no folder here, is not in the local Hugging Face cache, and could not be "
            f"downloaded ({type(error).__name__}); check the name and the network, or copy the model "
            "folder here and give its path"
        ) from error


def _quiet_unless_terminal() -> None:
    """No bar for loading weights in logs and pipes: stderr is for messages there."""
    from transformers.utils import logging

    if not sys.stderr.isatty():
        logging.disable_progress_bar()  # not annotated there


def _encodable(texts: Sequence[str]) -> list[str]:
    """Half of a surrogate pair cannot be tokenised; it becomes a question mark."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
