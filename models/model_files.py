"""What every model folder needs when it is opened: its files, their digest, its tokenizer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xxhash

from models.errors import DamagedModel

__all__ = ["encodable", "fingerprint", "read_tokenizer", "require_file"]


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
    """The `tokenizers.Tokenizer` of a file; raises DamagedModel."""
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise DamagedModel(
            f"{path} is not a tokenizer that `tokenizers` can read ({error}): restore the model folder"
        ) from error


def fingerprint(paths: Sequence[Path]) -> str:
    """xxh3 over the lengths and contents of files, 32 hexadecimal digits."""
    digest = xxhash.xxh3_128()
    for path in paths:
        data = path.read_bytes()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()
