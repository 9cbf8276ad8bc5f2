"""Messages and sender actions (Meta, Send API)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pagewire.graph import results, wire
from pagewire.graph.answers import Received, judge, unreadable
from pagewire.graph.caller import Caller, File, encoded
from pagewire.graph.subjects.attachments import check_file
from pagewire.replies import React, Reply, SenderAction, Unreact, check, check_message
from pagewire.surfaces import Surface

_SENT = wire.decoder(wire.SendAnswer)


class Sending(Caller):
    """`POST /{id}/messages`."""

    async def send(
        self,
        page_id: str,
        token: str,
        body: Mapping[str, Any] | bytes,
        *,
        surface: Surface | None = None,
        read_timeout: float | None = None,
    ) -> results.Sent:
        """Send one message (Meta, Send API); `pagewire.replies.compose` makes the body of any reply.

        Args:
            page_id: the Page, or the professional account on the Instagram host.
            token: that Page's or account's access token.
            body: the whole request; as a mapping its limits are checked, as JSON it goes as it is.
            surface: the way to the person, for the limits; without it, what any surface takes goes.
            read_timeout: seconds to wait for the answer, where the client's own do not do: `MEDIA_READ_SECONDS` for a
                video by URL, which Meta fetches first.

        Raises:
            ReplyError: a field is larger than Meta takes, or has ended; names field and limit, and nothing was sent.
        """
        if not isinstance(body, bytes):
            _check(body, surface)
        data = body if isinstance(body, bytes) else encoded(body)
        return _sent(await self._write((page_id, "messages"), token, data, read_timeout))

    async def send_file(
        self,
        page_id: str,
        token: str,
        body: Mapping[str, Any],
        file: File,
        *,
        surface: Surface = Surface.MESSENGER,
        read_timeout: float | None = None,
    ) -> results.Sent:
        """Send one message with the bytes of its attachment (Meta, Send API, sending a file from a device).

        Args:
            page_id: see `send`.
            token: see `send`.
            body: the whole request, with an attachment that has neither `url` nor `attachment_id`.
            file: its bytes.
            surface: the way to the person, for the limits.
            read_timeout: see `send`.

        Raises:
            ReplyError: as for `send`; the size and type of the file are checked as well.
        """
        _check(body, surface)
        check_file(_kind_of(body), file, surface)
        fields = {name: value if isinstance(value, str) else encoded(value).decode() for name, value in body.items()}
        return _sent(await self._write_file((page_id, "messages"), token, fields, file, read_timeout))

    async def sender_action(
        self,
        page_id: str,
        token: str,
        recipient_id: str,
        action: wire.SenderAction,
        *,
        payload: Mapping[str, str] | None = None,
        persona_id: str | None = None,
    ) -> results.Acted:
        """Show typing, mark as seen, or react (Meta, Sender Actions). Best effort: never retry one.

        Args:
            page_id: the Page, or the professional account on the Instagram host.
            token: that Page's or account's access token.
            recipient_id: the person's scoped id.
            action: what to show.
            payload: `message_id` and `reaction`, for `react` and `unreact`.
            persona_id: who types; Messenger only.

        Raises:
            ReplyError: such an action does not exist, or lacks what it needs.
        """
        check(_act(action, payload or {}, persona_id), Surface.MESSENGER)
        body: dict[str, Any] = {"recipient": {"id": recipient_id}, "sender_action": action}
        if payload is not None:
            body["payload"] = dict(payload)
        if persona_id is not None:
            body["persona_id"] = persona_id
        received, answer = await self._post(_SENT, (page_id, "messages"), token, body)
        return results.Acted(answer.recipient_id, answer.message_id, received.rim.usage)


def _sent(received: Received) -> results.Sent:
    answer = judge(received, _SENT)
    if not answer.message_id:
        unreadable(received, "Meta accepted the message without giving it an id.")
    saved = None if answer.attachment_id is None else str(answer.attachment_id)
    return results.Sent(str(answer.message_id), answer.recipient_id, saved, received.rim.usage)


def _check(body: Mapping[str, Any], surface: Surface | None) -> None:
    message = body.get("message")
    if isinstance(message, Mapping):
        check_message(message, surface, datetime.now(UTC).date())


def _kind_of(body: Mapping[str, Any]) -> str:
    attachment = body.get("message", {}).get("attachment", {})
    return str(attachment.get("type", "file"))


def _act(action: wire.SenderAction, payload: Mapping[str, str], persona_id: str | None) -> Reply:
    if action == "react":
        return React(message_id=payload.get("message_id", ""), reaction=payload.get("reaction", ""))
    if action == "unreact":
        return Unreact(message_id=payload.get("message_id", ""))
    return SenderAction(action=action, persona_id=persona_id)
