"""ASGI middleware: a bounded number of requests at work, a bounded number waiting, a bounded time for each.

Work on a request is done in a thread, which nothing can stop. A request that takes too long is answered, and
its turn is free only when the thread has ended: so there are never more threads than turns (see `turns.py`).
"""

import asyncio
from collections.abc import Callable, Set

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.service.gate.problems import problem
from api.service.gate.turns import Turns
from api.service.metrics import Metrics
from api.service.policy import Policy

__all__ = ["Admission"]

_NEVER_WAIT = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})


class Admission:
    """Lets a request work when it has a turn; 503 with Retry-After for what would wait or work too long."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        turns: Turns,
        policy: Policy,
        metrics: Metrics,
        note: Callable[..., object],
        only: Set[str] | None = None,
        passed: Set[str] = _NEVER_WAIT,
    ) -> None:
        """`note(event, **fields)` is told of errors of requests that were no longer waited for.

        Where `only` is given, these paths alone need a turn; those `passed` need none here.
        """
        self._only, self._passed = only, passed | _NEVER_WAIT
        self._app, self._policy, self._metrics, self._note = app, policy, metrics, note
        self._turns = turns
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait for a turn, then pass the request on, or refuse it."""
        if scope["type"] != "http" or not self._needs_turn(scope["path"]):
            await self._app(scope, receive, send)
            return
        reason = await self._turn()
        if reason is not None:
            self._metrics.rejected(reason)
            await _busy(scope, "the service has more requests than it can answer")(scope, receive, send)
            return
        answer = _Answer(send)
        work = asyncio.ensure_future(self._app(scope, receive, answer.send))
        work.add_done_callback(lambda ended: self._ended(ended, answer))
        self._metrics.working(1)
        done, _ = await asyncio.wait({work}, timeout=self._policy.request_seconds)
        if done or answer.begun:
            await work
            return
        answer.abandoned = True
        self._turns.lose()
        self._metrics.rejected("timeout")
        taken = f"the answer took longer than {self._policy.request_seconds:g} seconds"
        await _busy(scope, taken)(scope, receive, send)

    def _needs_turn(self, path: str) -> bool:
        return path not in self._passed and (self._only is None or path in self._only)

    async def _turn(self) -> str | None:
        """None once it is this request's turn, else why it is refused."""
        if not self._turns.all_taken():
            await self._turns.take()
            return None
        if self._waiting >= self._policy.waiting:
            return "queue_full"
        self._waiting += 1
        try:
            async with asyncio.timeout(self._policy.wait_seconds):
                await self._turns.take()
        except TimeoutError:
            return "waited_too_long"
        finally:
            self._waiting -= 1
        return None

    def _ended(self, work: "asyncio.Future[None]", answer: "_Answer") -> None:
        self._turns.give_back(lost=answer.abandoned)
        self._metrics.working(-1)
        error = None if work.cancelled() else work.exception()
        if error is not None and answer.abandoned:
            self._note("request_failed", error=repr(error))


class _Answer:
    """The way out of one request; silent once nobody waits for it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = self.abandoned = False

    async def send(self, message: Message) -> None:
        if not self.abandoned:
            self.begun = True
            await self._send(message)


def _busy(scope: Scope, why: str) -> ASGIApp:
    detail = f"{why}; ask again in a moment, or for less"
    headers = {"Retry-After": "1"}
    return problem(503, detail, instance=scope["path"], slug="busy", title="Busy", headers=headers)
