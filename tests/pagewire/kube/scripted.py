"""An API server that answers as it is told: no healthy one can be asked to be busy or to break."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import yaml
from aiohttp import web

from pagewire.kube import KubeClient, find_access


class Scripted:
    """Answers each request with the next of `script`; after the last one always with that.

    A number is a refusal with that status; a number and a text has the text as ``Retry-After``; bytes are a good answer's
    body; None is a connection that breaks.
    """

    def __init__(self) -> None:
        self.script: list[int | tuple[int, str] | bytes | None] = []
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.method)
        now = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if now is None:
            assert request.transport
            request.transport.abort()
            return web.Response()
        if isinstance(now, bytes):
            return web.Response(body=now, content_type="application/json")
        status, wait = now if isinstance(now, tuple) else (now, None)
        told = {"kind": "Status", "code": status, "message": "not now"}
        return web.json_response(told, status=status, headers={"Retry-After": wait} if wait is not None else {})


@asynccontextmanager
async def scripted(folder: Path) -> AsyncIterator[tuple[Scripted, KubeClient]]:
    """A scripted server and a client of it."""
    script = Scripted()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", script.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with KubeClient(find_access(_kubeconfig(folder, runner.addresses[0][1]))) as client:
        yield script, client
    await runner.cleanup()


def _kubeconfig(folder: Path, port: int) -> Path:
    whole = {
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "u", "user": {"token": "t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "x",
    }
    path = folder / "kubeconfig"
    path.write_text(yaml.safe_dump(whole))
    return path
