"""When the last webhook of each account came in, which only the gateway knows: asked at its admin port."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import httpx
import msgspec

from pagewire.kube import PODS, KubeClient, KubeError, Object, Selection, name_of
from pagewire.terminal.exits import CommandError, Exit

__all__ = ["HOME", "Last", "NotTold", "of_gateway", "of_pods"]

HOME: Final = "pagewire-system"
ACCOUNT: Final = "pagewire-gateway"
PORT: Final = 9090
"""Where the admin port is, unless a container names another one ``admin``."""
_RIGHTS: Final = "asking the gateway takes the rights to list pods and to create pods/portforward"
_MOST: Final = 20
"""Pods that are asked."""

Last = Mapping[tuple[str, str], str]
"""By object and account id, the moment as RFC 3339; empty for none."""


class NotTold(Exception):
    """Nobody told; the message says why, and what would help."""


async def of_gateway(url: str, token: str | None) -> Last:
    """What the gateway at an address tells.

    Raises:
        CommandError: it does not.
    """
    try:
        return await _asked(url.rstrip("/"), token)
    except (httpx.HTTPError, msgspec.DecodeError, KeyError, TypeError) as error:
        said = f"The gateway's admin port at {url} does not tell its accounts: {type(error).__name__}"
        raise CommandError(said, "Name the right one with --admin URL, or leave it out.", Exit.UNREACHABLE) from error


async def of_pods(cluster: KubeClient, home: str, token: str | None) -> Last:
    """What the pods of the gateway's service account tell together, each reached as `kubectl port-forward` does.

    Raises:
        NotTold: none told.
    """
    account = Selection(home, fields=f"spec.serviceAccountName={ACCOUNT},status.phase=Running")
    try:
        pods = (await cluster.list(PODS, account)).items[:_MOST]
    except KubeError as error:
        raise NotTold(f"{error}; {_RIGHTS}") from error
    if not pods:
        raise NotTold(f"no pod of service account {ACCOUNT} runs in namespace {home}: name the namespace with --home")
    told = await asyncio.gather(*(_of_pod(cluster, pod, token) for pod in pods))
    found = [one for one in told if not isinstance(one, NotTold)]
    if not found:
        raise next(one for one in told if isinstance(one, NotTold))
    return {key: max(one.get(key, "") for one in found) for one in found for key in one}


async def _of_pod(cluster: KubeClient, pod: Object, token: str | None) -> Last | NotTold:
    """What one pod tells, or why it does not: another one may."""
    name = name_of(pod)
    async with cluster.forwarded(name, _port(pod)) as way:
        try:
            return await _asked(f"http://127.0.0.1:{way.port}", token)
        except httpx.HTTPStatusError as error:
            hint = ": give its token in PAGEWIRE_ADMIN_TOKEN" if error.response.status_code == 401 else ""
            return NotTold(f"pod {name} answers with {error.response.status_code}{hint}")
        except (httpx.HTTPError, msgspec.DecodeError, KeyError, TypeError) as error:
            if way.trouble is not None:
                return NotTold(f"{way.trouble}; {_RIGHTS}")
            return NotTold(f"the admin port of pod {name} does not answer: {type(error).__name__}")


def _port(pod: Object) -> int:
    ports = [port for container in pod["spec"]["containers"] for port in container.get("ports") or ()]
    return next((int(port["containerPort"]) for port in ports if port.get("name") == "admin"), PORT)


async def _asked(url: str, token: str | None) -> Last:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(headers=headers, timeout=10.0, trust_env=False) as client:
        found = await _accounts(client, url)
    return {(one["object"], one["id"]): one.get("last_event") or "" for one in found}


async def _accounts(client: httpx.AsyncClient, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = await client.get(f"{url}/api/v1/accounts", params={"limit": 1000, "offset": len(found)})
        answer.raise_for_status()
        page = msgspec.json.decode(answer.content)
        found += page["accounts"]
        if not page["accounts"] or len(found) >= page["total"]:
            return found
