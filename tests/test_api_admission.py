"""A bounded number of requests at work and waiting, and a bounded time for each."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from api.service.gate.admission import Admission
from api.service.gate.turns import Turns
from api.service.metrics import Metrics
from api.service.policy import Policy


class Work:
    """An application that works until it is let go; counts how many are at work."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.now = self.most = 0
        self.fails = False

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Awaitable[None]]) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.let_go.wait()
            if self.fails:
                raise ZeroDivisionError("late")
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"done"})
        finally:
            self.now -= 1


class Service:
    """The middleware around Work, and what became of each request."""

    def __init__(self, **bounds: Any) -> None:
        self.work, self.metrics, self.notes = Work(), Metrics(), list[str]()
        policy = Policy(**bounds)
        self.app = Admission(
            self.work,
            turns=Turns(policy.at_once, lost_seconds=policy.lost_seconds, note=self.note, end=self.end),
            policy=policy,
            metrics=self.metrics,
            note=self.note,
        )

    def note(self, event: str, **fields: Any) -> None:
        self.notes.append(event)

    def end(self) -> None:
        self.notes.append("end")

    async def ask(self, path: str = "/v1/search") -> tuple[int, dict[str, str], bytes]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        await self.app({"type": "http", "path": path, "method": "GET", "headers": []}, receive, send)
        start, body = sent
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, body["body"]

    def count(self, name: str) -> float:
        found = [s.value for m in self.metrics.registry.collect() for s in m.samples if s.name == name]
        return sum(found)


def test_no_more_work_at_once_than_there_are_turns_and_all_are_answered() -> None:
    async def scene() -> None:
        service = Service(at_once=3, waiting=20)
        asked = [asyncio.ensure_future(service.ask()) for _ in range(23)]
        await asyncio.sleep(0.05)
        assert (service.work.now, service.count("yinzheng_requests_working")) == (3, 3)
        service.work.let_go.set()
        assert [status for status, _, _ in await asyncio.gather(*asked)] == [200] * 23
        assert (service.work.most, service.count("yinzheng_requests_working")) == (3, 0)

    asyncio.run(scene())


def test_one_more_than_may_wait_is_refused_at_once_and_health_never() -> None:
    async def scene() -> None:
        service = Service(at_once=1, waiting=2)
        asked = [asyncio.ensure_future(service.ask()) for _ in range(3)]
        await asyncio.sleep(0.02)
        status, headers, body = await asyncio.wait_for(service.ask(), 0.5)
        assert (status, headers["content-type"], headers["retry-after"]) == (
            503,
            "application/problem+json",
            "1",
        )
        assert b"urn:yinzheng:problem:busy" in body
        health = asyncio.ensure_future(service.ask("/healthz"))
        await asyncio.sleep(0.02)
        assert service.work.now == 2, "health is at work although there is no turn"
        service.work.let_go.set()
        assert [status for status, _, _ in await asyncio.gather(*asked, health)] == [200] * 4

    asyncio.run(scene())


def test_who_waits_too_long_is_refused() -> None:
    async def scene() -> None:
        service = Service(at_once=1, waiting=5, wait_seconds=0.05)
        first = asyncio.ensure_future(service.ask())
        await asyncio.sleep(0.01)
        assert (await service.ask())[0] == 503
        service.work.let_go.set()
        assert (await first)[0] == 200
        assert (await service.ask())[0] == 200, "who gave up waiting holds no turn"

    asyncio.run(scene())


@pytest.mark.parametrize("fails", [False, True])
def test_work_that_takes_too_long_is_answered_and_keeps_its_turn_until_it_ends(fails: bool) -> None:
    async def scene() -> None:
        service = Service(at_once=1, waiting=0, request_seconds=0.05)
        service.work.fails = fails
        status, headers, body = await service.ask()
        assert (status, headers["retry-after"], b"longer than 0.05 seconds" in body) == (503, "1", True)
        assert (await service.ask())[0] == 503, "the thread still works: there is no turn yet"
        assert service.work.most == 1
        service.work.let_go.set()
        await asyncio.sleep(0.01)
        assert service.notes == ["turns_lost", "request_failed"] if fails else ["turns_lost"]
        service.work.fails = False
        assert (await service.ask())[0] == 200

    asyncio.run(scene())


def test_who_has_lost_every_turn_for_too_long_ends_and_who_gets_one_back_does_not() -> None:
    async def scene() -> None:
        service = Service(at_once=2, waiting=0, request_seconds=0.02, lost_seconds=0.5)
        assert (await service.ask())[0] == 503
        await asyncio.sleep(0.7)
        assert service.notes == [], "there is a turn left"
        assert (await service.ask())[0] == 503
        assert service.notes == ["turns_lost"]
        service.work.let_go.set()
        await asyncio.sleep(0.7)
        assert service.notes == ["turns_lost"], "both have come back in time"
        service.work.let_go.clear()
        await asyncio.gather(service.ask(), service.ask())
        await asyncio.sleep(0.7)
        assert service.notes == ["turns_lost", "turns_lost", "worker_ends", "end"]

    asyncio.run(scene())
