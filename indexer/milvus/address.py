"""How an index on a Milvus server is named: `milvus://HOST:PORT/NAME`, wherever a folder may be named.

An address travels as a Path, as folders do: pathlib makes one slash of two, and both are read.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import BadAddress

__all__ = ["MilvusAddress", "milvus_address"]

_SCHEME = re.compile(r"milvus(\+tls)?:/{1,2}")
_ADDRESS = re.compile(
    r"milvus(?P<tls>\+tls)?:/{1,2}"
    r"(?:(?P<user>[^:@/]+):(?P<password>[^@/]+)@)?"
    r"(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"/(?P<name>[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)"
)
_LONGEST_NAME = 80  # characters; collections have names of 255, with ours in front
_PORT = 19_530  # that of Milvus


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """A server, and the name of an index on it.

    Example: `MilvusAddress("127.0.0.1", 19530, "reports").uri == "http://127.0.0.1:19530"`
    """

    host: str
    port: int
    name: str
    token: str = ""
    tls: bool = False

    @property
    def uri(self) -> str:
        """What the client connects to."""
        return f"http{'s' if self.tls else ''}://{self.host}:{self.port}"

    def __str__(self) -> str:
        """The address as it is written, without the password."""
        return f"milvus{'+tls' if self.tls else ''}://{self.host}:{self.port}/{self.name}"

    def __repr__(self) -> str:
        """As `str`: a password has no place in a message or a log."""
        return f"MilvusAddress({str(self)!r})"


def milvus_address(index: Path) -> MilvusAddress | None:
    """The address that a name of an index is, None where it is a folder; raises BadAddress.

    Example: `milvus_address(Path("milvus://db:19530/reports")).name == "reports"`
    """
    text = str(index)
    if not _SCHEME.match(text):
        return None
    found = _ADDRESS.fullmatch(text)
    port = int(found["port"] or _PORT) if found else 0
    if found is None or not 0 < port < 1 << 16 or len(found["name"]) > _LONGEST_NAME:
        shown = re.sub(r":/+(?:[^/@]*@)?", "://", text, count=1)
        raise BadAddress(
            f"found the address {shown!r:.200}; expected milvus://HOST:PORT/NAME or "
            "milvus+tls://USER:PASSWORD@HOST:PORT/NAME, where NAME has letters, digits and single "
            f"underscores, begins with a letter and has at most {_LONGEST_NAME} characters. Write it so."
        )
    token = f"{found['user']}:{found['password']}" if found["user"] else ""
    return MilvusAddress(found["host"], port, found["name"], token, found["tls"] is not None)
