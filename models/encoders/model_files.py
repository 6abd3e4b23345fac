"""What every model folder needs when it is opened: its files, their digest, its tokenizer."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import xxhash

from models.errors import DamagedModel

__all__ = ["WEIGHTS", "encodable", "fingerprint", "read_tokenizer", "require_file"]

WEIGHTS = "onnx/one_text_qint8.onnx"
"""Where a folder holds the graph of the contextual encoder."""


def encodable(text: str) -> str:
    """Lone surrogates cannot be written as UTF-8, which the tokenizer works on; they become U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def require_file(folder: Path, path: Path) -> None:
    """Raise DamagedModel unless a file of a model folder is there."""
    if not path.is_file():
        raise DamagedModel(
            f"model folder {folder} has no {path.relative_to(folder)}, which its format requires: "
            "restore the folder or install the package again"
        )


def read_tokenizer(path: Path) -> Any:
    """The `tokenizers.Tokenizer` of a file, one object for equal files; raises DamagedModel."""
    try:
        return _parsed(path.read_bytes())
    except MemoryError:
        raise
    except Exception as error:  # tokenizers raises bare Exception
        raise DamagedModel(
            f"{path} is not a tokenizer that `tokenizers` can read ({error}): restore the model folder"
        ) from error


@lru_cache(maxsize=4)  # both packaged encoders have the same one, and reading it takes 40 ms
def _parsed(data: bytes) -> Any:
    from tokenizers import Tokenizer

    return Tokenizer.from_buffer(data)


def fingerprint(paths: Sequence[Path]) -> str:
    """xxh3 over the lengths and contents of files, 32 hexadecimal digits."""
    digest = xxhash.xxh3_128()
    for path in paths:
        data = path.read_bytes()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
