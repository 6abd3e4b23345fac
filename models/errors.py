"""What can go wrong with a model or a dictionary.

ModelError
├── ModelNotFound      no folder, packaged model or hub model of that name
├── UntrustedModel     an index names a model that whoever runs the program has not chosen
├── ExtraMissing       the model needs an optional dependency that is not installed
├── DamagedModel       the folder is there, its files are incomplete or inconsistent
└── BadDictionary      a user dictionary has a line that is not `word frequency`

Each message says what was found, what was expected, and what to do.
"""

__all__ = [
    "BadDictionary",
    "DamagedModel",
    "ExtraMissing",
    "ModelError",
    "ModelNotFound",
    "UntrustedModel",
]


class ModelError(Exception):
    """Base of the errors of this folder."""


class ModelNotFound(ModelError):
    """No model of the name given; the message lists what is accepted."""


class UntrustedModel(ModelError):
    """A model named by data, as an index is, and by nobody who runs the program."""


class ExtraMissing(ModelError):
    """An optional dependency is needed.

    Example: `ExtraMissing("encoder 'BAAI/bge-m3'", "sentence_transformers", "transformers")` says
    `pip install "yinzheng[transformers]"`.
    """

    def __init__(self, what: str, module: str, extra: str) -> None:
        """Name what was asked for, the module that is missing, and the extra that brings it."""
        super().__init__(
            f"{what} needs the Python module {module}, which is not installed; "
            f'run: pip install "yinzheng[{extra}]"'
        )
        self.module = module
        self.extra = extra


class DamagedModel(ModelError):
    """A model folder whose files are missing, unreadable or do not fit each other."""


class BadDictionary(ModelError):
    """A user dictionary that cannot be read; the message names file, line and the form expected."""
