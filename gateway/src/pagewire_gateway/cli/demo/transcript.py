"""What people see of the demo: one line a station, with the time since it began."""

import time
from collections.abc import Iterable
from typing import Any

from rich.text import Text

from pagewire.terminal.output import shown, stdout

_PLATFORMS = {"page": "Messenger", "instagram": "Instagram"}
_STYLES = {
    "writes": "bold cyan",
    "answer": "bold green",
    "parked": "bold red",
    "refused": "bold red",
    "retry": "yellow",
    "contact": "magenta",
}
_MID = 24
"""Characters of a message id that are shown; they run to 160."""
_QUIET = frozenset({"message", "postback", "message_echo"})


class Transcript:
    """Prints stations as they are reached."""

    def __init__(self) -> None:
        self._console = stdout()
        self._began = time.monotonic()
        self._known: dict[str, dict[str, Any]] = {}
        self._early: dict[str, dict[str, Any]] = {}

    def station(self, where: str, step: str, what: str) -> None:
        """One line.

        Args:
            where: Messenger, Instagram, or the part of the demo.
            step: the station.
            what: what happened there.
        """
        at = f"{time.monotonic() - self._began:7.3f} s"
        style = _STYLES.get(step, "")
        line = Text.assemble((at, "dim"), f"  {where:<10} ", (f"{step:<11}", style), shown(what))
        self._console.print(line, soft_wrap=True)

    def plain(self, text: str = "") -> None:
        """A line without a time."""
        self._console.print(text, soft_wrap=True)

    def event(self, event: dict[str, Any]) -> None:
        """Whatever is new about an event."""
        known = self._known.get(event["id"])
        where = _PLATFORMS.get(event["object"], event["object"])
        if known is None:
            self._arrived(where, event)
        before = known or {"plugins": {}, "replies": []}
        for plugin, state in event["plugins"].items():
            if state != before["plugins"].get(plugin) and state != "pending":
                self._lane(where, event, plugin, state)
        if early := self._early.pop(event["id"], None):
            self._logged(where, early)
        self._replies(where, event, {reply["id"]: reply["state"] for reply in before["replies"]})
        self._known[event["id"]] = event

    def send(self, send: dict[str, Any]) -> None:
        """Meta accepted a message."""
        message = send["message"] or {}
        buttons = "".join(f" [{quick.get('title', '')}]" for quick in message.get("quick_replies") or [])
        said = message.get("text") or "an attachment"
        self.station(_PLATFORMS.get(send["object"], ""), "answer", f"to {send['person']}: “{said}”{buttons}")

    def contact(self, contact: dict[str, Any]) -> None:
        """The CRM got a contact."""
        where = _PLATFORMS.get((contact.get("data") or {}).get("key", {}).get("object", ""), "")
        self.station(where, "contact", f"{contact.get('subject')} upserted in the CRM")

    def line(self, line: dict[str, Any]) -> None:
        """The logging plugin wrote a line; it is shown once its event is."""
        if line["id"] in self._known:
            self._logged(_PLATFORMS.get(line.get("object", ""), ""), line)
        else:
            self._early[line["id"]] = line

    def _logged(self, where: str, line: dict[str, Any]) -> None:
        length = f", text of {line['text_length']} characters left out" if "text_length" in line else ""
        self.station(where, "logged", f"{line.get('kind')} {line.get('id')}{length}")

    def urls(self, urls: Iterable[tuple[str, str]]) -> None:
        """Where to look."""
        self.plain()
        for name, url in urls:
            self.plain(f"{name:<16}{url}")
        self.plain()

    def _arrived(self, where: str, event: dict[str, Any]) -> None:
        who = f" from {event['person']}" if event["person"] else ""
        if event["kind"] == "message_echo":
            self.station(where, "echo", f"#{event['seq']} proves the reply {_short(event['key'].rpartition(':')[2])}")
            return
        self.station(where, "received", f"#{event['seq']} {event['kind']}{who}, signature good")
        if event["kind"] in _QUIET:
            self.station(where, "durable", f"#{event['seq']} is on disk, answered 200")

    def _lane(self, where: str, event: dict[str, Any], plugin: str, state: str) -> None:
        if event["kind"] in _QUIET - {"message_echo"} or state in {"parked", "retry"}:
            error = event["lanes"][plugin]["error"]
            self.station(where, state, f"#{event['seq']} plugin {plugin}{f': {error}' if error else ''}")

    def _replies(self, where: str, event: dict[str, Any], before: dict[str, str]) -> None:
        for reply in event["replies"]:
            if reply["id"] not in before:
                self.station(where, "queued", f"#{event['seq']} reply {reply['id']} of {reply['plugin']}")
            if reply["state"] != before.get(reply["id"], "queued") and reply["state"] != "sending":
                said = _short(reply["mid"]) or reply["error"]
                self.station(where, reply["state"], f"#{event['seq']} reply {reply['id']}{f': {said}' if said else ''}")


def _short(mid: str) -> str:
    return mid if len(mid) <= _MID else f"{mid[:_MID]}…"
