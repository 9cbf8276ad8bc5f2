"""What has happened in the demo so far, and what is still missing. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, field

from pagewire_gateway.cli.demo.script import Line

PLUGINS = ("logging", "auto-reply", "crm-sync")
"""Each of them should have done its work for everything people say."""


class Said(Struct, frozen=True):
    """Something a person said: the line, the account it went to, and Meta's message id."""

    line: Line
    account: str
    mid: str


class Facts(Struct, kw_only=True):
    """What was seen at each end.

    Attributes:
        said: by people, in order.
        events: of the gateway's journal, by id, as the admin API shows them.
        sends: messages that Meta accepted.
        contacts: CloudEvents that the CRM got.
        logged: ids of events that the logging plugin wrote a line for.
    """

    said: list[Said] = field(default_factory=list)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    sends: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    logged: set[str] = field(default_factory=set)

    def event_with(self, kind: str, mid: str) -> dict[str, Any] | None:
        """The event of that kind about a message."""
        return next((e for e in self.events.values() if e["kind"] == kind and e["key"].endswith(f":{mid}")), None)

    def answered(self, said: Said) -> bool:
        """Whether the expected reply to a line has arrived at Meta, to that person and no other."""
        event = self.event_with("message", said.mid)
        return event is not None and any(
            send["account"] == said.account
            and send["person"] == event["person"]
            and said.line.answer in ((send["message"] or {}).get("text") or "")
            for send in self.sends
        )

    def missing(self) -> list[str]:
        """What should have happened and has not, each a sentence."""
        return [sentence for said in self.said for sentence in self._missing_of(said)] + list(self._doubled())

    def _missing_of(self, said: Said) -> Iterator[str]:
        name = f"{said.line.person}'s {said.line.words!r}"
        event = self.event_with("message", said.mid)
        if event is None:
            yield f"{name} did not come in."
            return
        for plugin in PLUGINS:
            state = event["plugins"].get(plugin, "not at work")
            if state != "done":
                yield f"{name}: plugin {plugin} is not done but {state}."
        if not self.answered(said):
            yield f"{name}: no reply with {said.line.answer!r} arrived at Meta."
        for reply in event["replies"]:
            if reply["state"] != "sent" or self.event_with("message_echo", reply["mid"]) is None:
                yield f"{name}: the reply is {reply['state']}, and no echo proves it."
        if event["id"] not in self.logged:
            yield f"{name}: the logging plugin wrote no line."
        if not self._knows(event["account"], event["person"]):
            yield f"{name}: the CRM has no contact for {event['person']}."

    def _knows(self, account: str, person: str) -> bool:
        keys: Iterable[dict[str, Any]] = ((contact.get("data") or {}).get("key") or {} for contact in self.contacts)
        return any(key.get("account") == account and key.get("scopedId") == person for key in keys)

    def _doubled(self) -> Iterator[str]:
        seen: set[str] = set()
        for send in self.sends:
            metadata = send["metadata"]
            if metadata and metadata in seen:
                yield f"Reply {metadata} was sent twice."
            seen.add(metadata)
