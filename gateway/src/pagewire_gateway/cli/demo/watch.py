"""Looks at both ends of the gateway again and again, and tells what is new."""

import asyncio
from typing import Any, Final

import msgspec

from pagewire_gateway.cli.client import AdminClient
from pagewire_gateway.cli.demo.facts import Facts
from pagewire_gateway.cli.demo.transcript import Transcript

POLL: Final = 0.1
_LATEST: Final = 50
"""Events that may still change; older ones are left alone."""


class Watch:
    """Collects `Facts` and shows them as they come.

    Args:
        gateway: its admin port.
        meta: the simulator's port; its control API speaks JSON, too.
        transcript: where it is shown.
    """

    def __init__(self, gateway: AdminClient, meta: AdminClient, transcript: Transcript) -> None:
        self.facts = Facts()
        self._gateway, self._meta, self._transcript = gateway, meta, transcript
        self._seen = 0
        self._new_contacts: list[dict[str, Any]] = []

    @property
    def behind(self) -> bool:
        """Whether something came that was not shown yet."""
        return bool(self._new_contacts)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(POLL)

    async def look(self) -> None:
        """Look once."""
        came = len(self._new_contacts)
        for event in (await self._gateway.get("/api/v1/events", limit=_LATEST))["events"]:
            self.facts.events[event["id"]] = event
            self._transcript.event(event)
        for send in (await self._meta.get("/_control/sends", after=self._seen))["data"]:
            self._seen = send["number"]
            self.facts.sends.append(send)
            self._transcript.send(send)
        for contact in self._new_contacts[:came]:
            self._transcript.contact(contact)
        del self._new_contacts[:came]

    def contact(self, contact: dict[str, Any]) -> None:
        """The CRM got a contact; it is shown with the events that led to it."""
        self.facts.contacts.append(contact)
        self._new_contacts.append(contact)

    def line(self, raw: bytes) -> None:
        """The gateway wrote a line to stdout; only the logging plugin does."""
        try:
            line = msgspec.json.decode(raw)
        except msgspec.DecodeError:
            return
        if isinstance(line, dict) and "id" in line:
            self.facts.logged.add(line["id"])
            if line.get("kind") in {"message", "postback"}:
                self._transcript.line(line)
