"""What is said in the load: who writes, what, and what answers it. Standard library only, for the peers' receivers use it too.

Every message says ``no CONVERSATION-TURN`` and is answered by ``re CONVERSATION-TURN``, so that whoever counts the answers knows
which messages were handled, how often and in which order.
"""

import hashlib
import hmac
import json
import time
from typing import Any, NamedTuple

SECRET = b"bench-app-secret"
TOKEN = "EAABENCH"  # noqa: S105  no secret: the stub takes any
PAGES = 20
PERSON = 24_000_000_000_000_000
_PAD = "wQq2VMlZSJnGou4m4gsF1Fh82_OSuk6YOAgWuwtsxweZhyOUwJJhLLeC_yGpk7f8"
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nUser-Agent: facebookexternalua\r\n"
    "Content-Length: {size}\r\nX-Hub-Signature: sha1={sha1}\r\nX-Hub-Signature-256: sha256={sha256}\r\n\r\n"
)


class Message(NamedTuple):
    """One text of one person."""

    conversation: int
    turn: int

    @property
    def page(self) -> str:
        """The id of the Page it goes to."""
        return str(108_000_000_000_000 + self.conversation // 4 % PAGES)

    def item(self, now: int) -> dict[str, Any]:
        """As Meta puts it; `now` in milliseconds."""
        name = f"{self.conversation}-{self.turn}"
        said = {"mid": f"m_{_PAD}{self.conversation:06d}{self.turn:012d}", "text": f"no {name}"}
        sender, recipient = {"id": str(PERSON + self.conversation)}, {"id": self.page}
        return {"sender": sender, "recipient": recipient, "timestamp": now, "message": said}


def body(messages: list[Message], made: int) -> bytes:
    """A delivery body: neighbours of one Page share an entry. A repeat has the same items and another time of its entries."""
    entries: list[dict[str, Any]] = []
    for message in messages:
        if not entries or entries[-1]["id"] != message.page:
            entries.append({"id": message.page, "time": int(time.time() * 1000), "messaging": []})
        entries[-1]["messaging"].append(message.item(made))
    return json.dumps({"object": "page", "entry": entries}, separators=(",", ":")).encode()


def request(path: str, content: bytes) -> bytes:
    """A whole request, signed in both ways that Meta signs."""
    digests = {name: hmac.new(SECRET, content, name).hexdigest() for name in ("sha1", "sha256")}
    return _HEAD.format(path=path, size=len(content), **digests).encode() + content


def verified_items(content: bytes, signature: str) -> list[dict[str, Any]] | None:
    """What a home-made receiver does first: check the signature, take every item of every entry. None: not Meta's."""
    digest = hmac.new(SECRET, content, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={digest}", signature):
        return None
    return [item for entry in json.loads(content)["entry"] for item in entry.get("messaging", ())]


def answer(item: dict[str, Any]) -> dict[str, Any] | None:
    """The Send API request that answers an item, if it is one of ours."""
    text = item.get("message", {}).get("text", "")
    if not text.startswith("no "):
        return None
    return {
        "recipient": item["sender"],
        "messaging_type": "RESPONSE",
        "message": {"text": "re " + text.removeprefix("no ")},
    }
