"""The index as tools of an assistant: called by the SDK's own client, in this process, over stdio and over HTTP."""

import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mcp", reason="the extra mcp is not installed")

import anyio
import httpx
from mcp import Client, MCPError, StdioServerParameters

from search.library import Library
from tests.api_support import ROOT, yinzheng

TOOLS = {"search", "ask", "show", "precedents", "check_citations", "documents"}
REFERENCE = "2031年会议建议7(c)"
Use = Callable[[Client], Awaitable[None]]


def using(server: Any, use: Use) -> None:
    """Connect to a server by the SDK's client, and do something with it."""

    async def connected() -> None:
        with anyio.fail_after(60):
            async with Client(server) as client:
                await use(client)

    anyio.run(connected)


def asked(library: Library, tool: str, **arguments: Any) -> Any:
    """The result of one call in this process."""
    from api.mcp.server import make_server

    results: list[Any] = []

    async def call(client: Client) -> None:
        results.append(await client.call_tool(tool, arguments))

    using(make_server(library, site="https://docs.example/"), call)
    return results[0]


def told(result: Any) -> str:
    assert result.is_error
    return str(result.content[0].text)


async def found_and_read(client: Client) -> None:
    """What both transports have to give: the tools, a quotation, its resource, an error that helps."""
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    shown = await client.call_tool("show", {"reference": REFERENCE})
    unit = shown.structured_content["unit"]
    assert unit["citation"].endswith("，建议7(c)")
    assert unit["quote"].endswith("在数据生成后三十天内完成，除非缔约方另有约定。")
    read = (await client.read_resource(unit["resource"])).contents[0]
    assert unit["quote"] in read.text
    lost = await client.call_tool("show", {"reference": "2031年会议建议99"})
    assert "Do not cite this reference" in told(lost)


def test_over_stdio(samples_index: Path) -> None:
    command = ["-m", "api", "mcp", "--index", str(samples_index)]
    using(StdioServerParameters(command=sys.executable, args=command, cwd=str(ROOT)), found_and_read)


@pytest.fixture
def address(samples_index: Path, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "api",
        "mcp",
        "--http",
        "--port",
        str(port),
        "--index",
        str(samples_index),
    ]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(command, cwd=ROOT, stderr=log) as process:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/mcp"
        process.terminate()


def test_over_http(address: str) -> None:
    using(address, found_and_read)
    refused = httpx.post(address, headers={"Host": "evil.example"}, json={})
    assert refused.status_code == 421  # a page elsewhere that rebinds its name reaches nothing


def test_every_tool_says_what_it_takes_and_gives_and_changes_nothing(samples_library: Library) -> None:
    from api.mcp.server import make_server

    async def look(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert tool.description
            assert tool.output_schema
            assert tool.output_schema["type"] == "object"
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert all(one.get("description") for one in tool.input_schema["properties"].values()), tool.name
        assert "do not cite" in (client.instructions or "")

    using(make_server(samples_library), look)


def test_a_hit_carries_its_words_its_citation_and_where_it_is_read(samples_library: Library) -> None:
    result = asked(samples_library, "search", query="押金退还", k=3, kinds=["recommendation"])
    hits = result.structured_content["hits"]
    units = samples_library.search("押金退还", k=3, kinds=["recommendation"])["hits"]
    assert [hit["quote"] for hit in hits] == [unit["text"] for unit in units]
    assert [hit["citation"] for hit in hits] == [unit["citation"] for unit in units]
    assert all(hit["permalink"].startswith("https://docs.example/d/") for hit in hits)
    assert all(hit["versions"] == [] for hit in hits)


def test_without_a_site_the_permalink_is_a_resource(samples_library: Library) -> None:
    from api.permalinks import permalink

    unit = samples_library.show(REFERENCE)
    assert permalink(unit) == f"yinzheng://units/{unit['document']}/recommendation/7?item=c"


def test_an_answer_is_quoted_and_a_refusal_is_a_result(packaged_library: Library) -> None:
    answer = asked(packaged_library, "ask", question="《河流公约》有多少个缔约方？").structured_content
    assert answer["answered"]
    assert answer["fact"] in answer["citations"][0]["quote"]
    assert answer["citations"][0]["verified"]
    refusal = asked(packaged_library, "ask", question="火星上有多少个缔约方？")
    assert not refusal.is_error
    assert refusal.structured_content["answered"] is False
    assert refusal.structured_content["citations"] == []
    assert refusal.structured_content["reason"]


def test_precedents_say_what_became_of_the_duty(samples_library: Library) -> None:
    found = asked(samples_library, "precedents", reference="2031年会议建议3", k=3).structured_content
    expected = samples_library.precedents("2031年会议建议3", k=3, diff=True)["hits"]
    assert [hit["citation"] for hit in found["hits"]] == [hit["citation"] for hit in expected]
    assert [hit["shift"] for hit in found["hits"]] == [hit["diff"]["shift"] for hit in expected]


def test_citations_are_checked(samples_library: Library) -> None:
    text = "2031年会议建议8要求“从不存在的话”。见2031年会议建议99。"
    checked = asked(samples_library, "check_citations", text=text).structured_content["citations"]
    assert [one["status"] for one in checked] == ["exists_but_differs", "not_found"]
    assert checked[0]["quotes"][0]["verbatim"] is False


def test_documents_are_listed_and_read(samples_library: Library) -> None:
    from api.mcp.server import make_server

    page = asked(samples_library, "documents", limit=1).structured_content
    assert page["total"] == 3
    (one,) = page["documents"]

    async def read(client: Client) -> None:
        text = (await client.read_resource(one["resource"])).contents[0].text
        every = [unit for unit in samples_library.units()["units"] if unit["document"] == one["document"]]
        assert all(unit["text"] in text for unit in every)
        assert one["document"] in (await client.read_resource("yinzheng://documents")).contents[0].text
        with pytest.raises(MCPError, match="no document 'nothing'"):
            await client.read_resource("yinzheng://documents/nothing")
        with pytest.raises(MCPError, match="kind must be one of"):
            await client.read_resource(f"yinzheng://units/{one['document']}/chapter/3")

    using(make_server(samples_library), read)


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("search", {"query": " "}, "Mend the argument"),
        ("search", {"query": "押金", "documents": ["nothing"]}, "`documents` lists the ids"),
        ("search", {"query": "押金", "k": 5000}, "less than or equal to 50"),
        ("precedents", {}, "Mend the arguments"),
        ("documents", {"offset": 900}, "past the last of 3 documents"),
    ],
)
def test_an_error_says_what_to_do(
    samples_library: Library, tool: str, arguments: dict[str, Any], expected: str
) -> None:
    assert expected in told(asked(samples_library, tool, **arguments))


def test_http_is_for_this_machine_only(samples_index: Path) -> None:
    refused = yinzheng("mcp", "--http", "--host", "0.0.0.0", "--index", samples_index)
    assert refused.returncode == 2
    assert "put a proxy" in refused.stderr


def test_without_the_sdk_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("api.mcp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    done = yinzheng("mcp")
    assert done.returncode == 2
    assert 'pip install "yinzheng[mcp]"' in done.stderr
