"""Every answer is as declared: schemas, real answers, a generated client, the tables of the docs."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from api.service.app import create_app
from api.service.json_tables import updated
from search.library import Library
from tests.api_support import ROOT, build_samples

REQUESTS = (
    ("get", "/v1/search", "/v1/search?q=押金是多少&k=3"),
    ("get", "/v1/search", "/v1/search?q=2031年会议建议3"),
    ("post", "/v1/search", "/v1/search"),
    ("get", "/v1/ask", "/v1/ask?q=每个容器的押金是多少？"),
    ("get", "/v1/ask", "/v1/ask?q=火星上有多少人？"),
    ("get", "/v1/related", "/v1/related?ref=2031年会议建议3&k=3&diff=true"),
    ("get", "/v1/related", "/v1/related?text=缔约国应当交换实验室数据&by=date"),
    ("get", "/v1/chain", "/v1/chain?ref=2031年会议建议3"),
    ("get", "/v1/show", "/v1/show?ref=2031年会议建议3&context=2"),
    ("get", "/v1/documents", "/v1/documents"),
    (
        "get",
        "/v1/citations/resolve",
        "/v1/citations/resolve?text=见2031年会议建议3：“应当用火”。又见建议999。",
    ),
    ("post", "/v1/citations/resolve", "/v1/citations/resolve"),
    ("get", "/v1/citations/unresolved", "/v1/citations/unresolved"),
    ("get", "/v1/cited-by", "/v1/cited-by?ref=RIV/COP/2031/5"),
    ("get", "/v1/compile", "/v1/compile?kind=recommendation&kind=paragraph"),
    ("post", "/v1/reload", "/v1/reload"),
    ("get", "/healthz", "/healthz"),
    ("get", "/readyz", "/readyz"),
)
BODIES = {
    "/v1/search": {"query": "押金"},
    "/v1/citations/resolve": {"text": "见2031年会议建议3。"},
    "/v1/reload": None,
}
UNIT = "/v1/units/{document}/{kind}/{number}"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_samples(tmp_path_factory.mktemp("schemas"))


@pytest.fixture(scope="module")
def client(index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(index)) as made:
        yield made


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/openapi.json").json())


def answered(client: TestClient) -> Iterator[tuple[str, str, Any]]:
    """Real answers of every operation."""
    for method, path, address in REQUESTS:
        body = BODIES.get(address) if method == "post" else None
        got = client.request(method, address, json=body)
        assert got.status_code == 200, (address, got.text)
        yield method, path, got.json()
    hit = client.get("/v1/search?q=押金").json()["hits"][0]
    at = UNIT.format(**hit)
    yield "get", UNIT, client.get(at, params={"context": 1}).json()


def schema_of(described: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    content = described["paths"][path][method]["responses"]["200"]["content"]
    return dict(content["application/json"]["schema"])


def undeclared(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """Fields of an answer that its schema does not name."""
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        found = [list(undeclared(value, one, schemas)) for one in schema["anyOf"]]
        yield from min(found, key=len)
    elif isinstance(value, list):
        for one in value:
            yield from undeclared(one, schema.get("items", {}), schemas)
    elif isinstance(value, dict) and "properties" in schema:
        yield from value.keys() - schema["properties"].keys()
        for name in value.keys() & schema["properties"].keys():
            yield from undeclared(value[name], schema["properties"][name], schemas)


def test_every_operation_has_a_schema_and_every_field_a_line(described: dict[str, Any]) -> None:
    schemas = described["components"]["schemas"]
    operations = [
        (method, path)
        for path, methods in described["paths"].items()
        for method in methods
        if path not in ("/metrics", "/v1/feed")  # text, and Atom
    ]
    assert len(operations) >= len({(method, path) for method, path, _ in REQUESTS})
    for method, path in operations:
        name = schema_of(described, method, path)["$ref"].rpartition("/")[2]
        assert schemas[name]["properties"], (method, path)
    made = {name: of for name, of in schemas.items() if "Body" not in name and name != "Problem"}
    bare = [
        f"{name}.{field}"
        for name, of in made.items()
        for field, one in of.get("properties", {}).items()
        if not one.get("description")
    ]
    assert bare == []


def test_real_answers_of_every_operation_are_as_declared(
    client: TestClient, described: dict[str, Any]
) -> None:
    schemas = described["components"]["schemas"]
    seen = set()
    for method, path, answer in answered(client):
        schema = {**schema_of(described, method, path), "components": {"schemas": schemas}}
        jsonschema_rs.validate(schema, answer)
        assert set(undeclared(answer, schema, schemas)) == set(), f"{path}: declare these in search/shapes"
        seen.add((method, path))
    operations = {(m, p) for p, methods in described["paths"].items() for m in methods if p.startswith("/v1")}
    feed = {("get", "/v1/feed")}  # no JSON; tests/test_news.py reads it as a reader of feeds does
    assert operations - seen == feed, "a real answer of each is needed here"


def test_an_undeclared_field_would_be_found() -> None:
    schemas = {
        "A": {"properties": {"b": {"type": "array", "items": {"$ref": "#/x/B"}}}},
        "B": {"properties": {}},
    }
    assert list(undeclared({"b": [{"new": 1}]}, {"$ref": "#/x/A"}, schemas)) == ["new"]


def test_a_generated_client_reads_what_is_served(
    client: TestClient, described: dict[str, Any], tmp_path: Path
) -> None:
    """Made by openapi-python-client: what it parses and writes again is what came."""
    pytest.importorskip("openapi_python_client")
    (tmp_path / "openapi.json").write_text(json.dumps(described), encoding="utf-8")
    (tmp_path / "config.yml").write_text(
        "post_hooks: []\npackage_name_override: riverbank\n", encoding="utf-8"
    )
    where = (
        "--path",
        "openapi.json",
        "--config",
        "config.yml",
        "--output-path",
        "riverbank",
        "--meta",
        "none",
    )
    command = [sys.executable, "-m", "openapi_python_client", "generate", *where]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(tmp_path))
    try:
        models = importlib.import_module("riverbank.models")
        for method, path, answer in answered(client):
            name = schema_of(described, method, path)["$ref"].rpartition("/")[2]
            assert getattr(models, name).from_dict(answer).to_dict() == answer, path
        by_name = importlib.import_module("riverbank.api.search.search_v1_search_get")
        reached = (
            importlib.import_module("riverbank").Client(base_url="http://testserver").set_httpx_client(client)
        )
        assert by_name.sync(client=reached, q="押金", k=2).hits[0].rank == 1
    finally:
        sys.path.remove(str(tmp_path))
        for name in [name for name in sys.modules if name.startswith("riverbank")]:
            del sys.modules[name]


def test_python_and_http_give_the_same(client: TestClient, index: Path) -> None:
    library = Library.open(index)
    served = {path: client.get(address).json() for method, path, address in REQUESTS if method == "get"}
    assert library.documents() == served["/v1/documents"]
    assert library.show("2031年会议建议3", context=2) == served["/v1/show"]
    assert library.chain("2031年会议建议3") == served["/v1/chain"]
    assert library.not_carried() == served["/v1/citations/unresolved"]
    assert library.cited_by("RIV/COP/2031/5") == served["/v1/cited-by"]
    assert library.search("2031年会议建议3") == served["/v1/search"]
    assert library.ask("火星上有多少人？") == served["/v1/ask"]
    assert library.precedents(text="缔约国应当交换实验室数据", by="date") == served["/v1/related"]
    library.close()


def test_the_tables_of_the_docs_are_those_of_the_declarations() -> None:
    text = (ROOT / "docs/json.md").read_text(encoding="utf-8")
    assert text == updated(text), "run `make docs`"
