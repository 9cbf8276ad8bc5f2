"""``python -m tests.e2e.mortal NAMESPACE=N ...``: an operator for each namespace, which dies at its Nth change.

A change is whatever another could see: one of the cluster, or one at Meta. It dies with ``kill -9`` when the change is
done and before it hears of it. What is imported is imported once, and each operator is a fork of that.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Final

import aiohttp
import httpx

from pagewire_operator import cli
from pagewire_operator.app import Replica
from pagewire_operator.brain import indices, make_brain, settings
from tests.whole.system import die_with_parent

__all__ = ["main"]

_LOADED: Final = (Replica, make_brain, indices, settings)
_TO_CLUSTER: Final = frozenset({"POST", "PATCH", "PUT"})
_TO_META: Final = frozenset({"POST", "DELETE"})


def die_at(number: int) -> None:
    """Die with ``kill -9`` at that change, counted from 1."""
    left = number

    def count() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    _watch_cluster(count)
    _watch_meta(count)


def _watch_cluster(count: Callable[[], None]) -> None:
    request = aiohttp.ClientSession._request

    async def counted(session: aiohttp.ClientSession, method: str, url: Any, **more: Any) -> Any:
        answer = await request(session, method, url, **more)
        if method in _TO_CLUSTER and answer.ok:
            count()
        return answer

    setattr(aiohttp.ClientSession, "_request", counted)  # noqa: B010 - its own type has forty parameters


def _watch_meta(count: Callable[[], None]) -> None:
    send = httpx.AsyncClient.send

    async def counted(client: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = await send(client, request, **more)
        if request.method in _TO_META and answer.is_success:
            count()
        return answer

    setattr(httpx.AsyncClient, "send", counted)  # noqa: B010 - as above


def _live(namespace: str, number: int) -> None:
    die_with_parent()
    os.environ["PAGEWIRE_NAMESPACES"] = namespace
    die_at(number)
    cli.operate(["--listen", "127.0.0.1:0", "--no-leader-election"])


def main() -> None:
    """Start all of them; tell of each how it ended."""
    lives: dict[int, str] = {}
    for argument in sys.argv[1:]:
        namespace, _, number = argument.partition("=")
        pid = os.fork()
        if pid == 0:
            _live(namespace, int(number))
        lives[pid] = namespace
    while lives:
        pid, status = os.wait()
        print(lives.pop(pid), -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)  # noqa: T201 - its parent reads it


if __name__ == "__main__":
    main()
