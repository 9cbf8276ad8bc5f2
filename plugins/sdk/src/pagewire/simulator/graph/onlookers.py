"""Shows Send API calls to whoever watches the conversation. Tokens are left out."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.graph.answer import Answer
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta

_SECRET = ("access_token", "appsecret_proof")


def show_request(meta: Meta, call: Call, answer: Answer) -> None:
    """Tell the hub of one call of the Send API and its answer."""
    person = answer.send.person if answer.send is not None else _recipient(call)
    if call.account is None or person is None:
        return
    shown = {
        "method": call.method,
        "path": f"/{call.asked}/{call.path}",
        "params": {key: value for key, value in call.params.items() if key not in _SECRET},
        "status": None if answer.lost else answer.status,
        "answer": answer.body.decode("utf-8", "replace"),
        "time": meta.clock.now_ms(),
    }
    meta.hub.tell("request", f"{call.account.id}:{person}", shown)


def _recipient(call: Call) -> str | None:
    found: Any = call.params.get("recipient")
    if isinstance(found, str):
        try:
            found = msgspec.json.decode(found)
        except msgspec.DecodeError:
            return None
    return str(found["id"]) if isinstance(found, dict) and found.get("id") else None
