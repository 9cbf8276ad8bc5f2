"""Messages and sender actions (Meta, Send API)."""

from collections.abc import Mapping
from typing import Any

from pagewire.graph import results, wire
from pagewire.graph.answers import Received, judge, unreadable
from pagewire.graph.caller import Caller, File, encoded

_SENT = wire.decoder(wire.SendAnswer)


class Sending(Caller):
    """`POST /{id}/messages`."""

    async def send(
        self, page_id: str, token: str, body: Mapping[str, Any] | bytes, *, read_timeout: float | None = None
    ) -> results.Sent:
        """Send one message (Meta, Send API); `pagewire.replies.compose` makes the body of any reply.

        Args:
            page_id: the Page, or the professional account on the Instagram host.
            token: that Page's or account's access token.
            body: the whole request, as a mapping or as JSON.
            read_timeout: seconds to wait for the answer, where the client's own do not do: `MEDIA_READ_SECONDS` for a
                video by URL, which Meta fetches first.
        """
        data = body if isinstance(body, bytes) else encoded(body)
        return _sent(await self._write((page_id, "messages"), token, data, read_timeout))

    async def send_file(
        self, page_id: str, token: str, body: Mapping[str, Any], file: File, *, read_timeout: float | None = None
    ) -> results.Sent:
        """Send one message with the bytes of its attachment (Meta, Send API, sending a file from a device).

        Args:
            page_id: see `send`.
            token: see `send`.
            body: the whole request, with an attachment that has neither `url` nor `attachment_id`.
            file: its bytes.
            read_timeout: see `send`.
        """
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
        """
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
