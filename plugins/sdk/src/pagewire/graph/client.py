"""The Graph API as the gateway uses it: one method a call, every failure a `GraphError`."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import msgspec

from pagewire.graph import results, wire
from pagewire.graph.addressing import Address
from pagewire.graph.answers import Received, judge, unreadable
from pagewire.graph.errors import Ambiguous, GraphError, NotSent
from pagewire.graph.faults import NOT_SENT
from pagewire.graph.transport import GraphHttp
from pagewire.graph.usage import read_headers

__all__ = ["GraphClient"]

A = TypeVar("A", bound=wire.ErrorAnswer)

log = logging.getLogger(__name__)

_SENT = wire.decoder(wire.SendAnswer)
_CONVERSATIONS = wire.decoder(wire.ConversationsAnswer)
_CONVERSATION = wire.decoder(wire.ConversationAnswer)
_MESSAGE = wire.decoder(wire.MessageAnswer)
_PROFILE = wire.decoder(wire.ProfileAnswer)
_DEBUG = wire.decoder(wire.DebugAnswer)
_ME = wire.decoder(wire.MeAnswer)

_CONVERSATION_FIELDS = "id,updated_time,can_reply,is_owner,unread_count"
_MESSAGE_FIELDS = "id,created_time,from,to,message,attachments"
# One field that the app is not approved for fails the whole call, so only the ordinary ones are asked for.
_PROFILE_FIELDS: dict[wire.Platform, str] = {
    "messenger": "first_name,last_name,profile_pic",
    "instagram": "name,username,profile_pic",
}


class GraphClient:
    """The calls of one app to one host of the Graph API.

    Every method raises a `GraphError` and nothing else when the call fails; the subclass says what to do next. When a
    task is cancelled while it waits for `send`, the message may have been sent: treat it as `Ambiguous`.

    Args:
        base_url: `https://graph.facebook.com`, `https://graph.instagram.com`, or a simulator's.
        version: Graph API version, `vMAJOR.MINOR`.
        http: from `open_http`, shared by all clients of the process and closed by its owner. httpx's own client with
            one of its own transports works too. Not with httpx-aiohttp's: it calls some sent requests unsent.
        app_secret: the app's secret; adds `appsecret_proof` to every call.

    Raises:
        ValueError: `base_url` or `version` is malformed.
    """

    def __init__(
        self, base_url: str, *, version: str = "v25.0", http: httpx.AsyncClient, app_secret: str | None = None
    ) -> None:
        self.version = version
        self.served_version: str | None = None
        """`facebook-api-version` of the latest answer: differs from `version` when Meta moved the app silently."""
        self._warned: set[str] = set()
        self._http = http
        self._address = Address(base_url, version, app_secret)

    async def send(
        self, page_id: str, token: str, body: Mapping[str, Any] | bytes, *, read_timeout: float | None = None
    ) -> results.Sent:
        """Send one message (Meta, Send API).

        Args:
            page_id: the Page, or the professional account on the Instagram host.
            token: that Page's or account's access token.
            body: the whole request, as a mapping or as JSON.
            read_timeout: seconds to wait for the answer, where the client's own do not do: `MEDIA_READ_SECONDS` for a
                video by URL, which Meta fetches first.
        """
        data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        received = await self._write((page_id, "messages"), token, data, read_timeout)
        answer = judge(received, _SENT)
        if answer.message_id is None:
            unreadable(received, "Meta accepted the message without giving it an id.")
        return results.Sent(answer.message_id, answer.recipient_id, answer.attachment_id, received.rim.usage)

    async def sender_action(
        self,
        page_id: str,
        token: str,
        recipient_id: str,
        action: wire.SenderAction,
        *,
        payload: Mapping[str, str] | None = None,
    ) -> results.Acted:
        """Show typing, mark as seen, or react (Meta, Sender Actions). Best effort: never retry one.

        Args:
            page_id: the Page, or the professional account on the Instagram host.
            token: that Page's or account's access token.
            recipient_id: the person's scoped id.
            action: what to show.
            payload: `message_id` and `reaction`, for `react` and `unreact`.
        """
        body = {"recipient": {"id": recipient_id}, "sender_action": action}
        if payload is not None:
            body["payload"] = dict(payload)
        received = await self._write((page_id, "messages"), token, msgspec.json.encode(body))
        answer = judge(received, _SENT)
        return results.Acted(answer.recipient_id, answer.message_id, received.rim.usage)

    async def conversation_with(
        self, page_id: str, token: str, platform: wire.Platform, user_id: str
    ) -> results.Conversation | None:
        """Find the conversation with one person; `None` if there is none. At most 2 calls a second a Page.

        Args:
            page_id: the Page, also for Instagram through a Page; the account on the Instagram host.
            token: its access token.
            platform: which product.
            user_id: the person's scoped id.
        """
        received, answer = await self._read(
            _CONVERSATIONS,
            (page_id, "conversations"),
            token,
            platform=platform,
            user_id=user_id,
            fields=_CONVERSATION_FIELDS,
        )
        if answer.data is None:
            unreadable(received, "The answer lists no conversations.")
        found = (results.conversation_of(one, received.rim.usage) for one in answer.data)
        return next((one for one in found if one is not None), None)

    async def messages(self, conversation_id: str, token: str, limit: int = 20) -> results.Messages:
        """Read the newest messages of a conversation, newest first. Further pages are never followed.

        Args:
            conversation_id: from `conversation_with`.
            token: the Page's or account's access token.
            limit: how many; Meta gives details of the newest 20 only.
        """
        fields = f"messages.limit({limit}){{{_MESSAGE_FIELDS}}}"
        received, answer = await self._read(_CONVERSATION, (conversation_id,), token, fields=fields)
        return results.messages_of(answer, received.rim.usage)

    async def message(self, mid: str, token: str) -> results.Message:
        """Read one message. `Ignore` means deleted, or older than the newest 20 of its conversation."""
        received, answer = await self._read(_MESSAGE, (mid,), token, fields=f"{_MESSAGE_FIELDS},reply_to")
        found = results.message_of(answer, received.rim.usage)
        return found or unreadable(received, "The answer is a message without an id.")

    async def profile(self, scoped_id: str, token: str, platform: wire.Platform) -> results.Profile:
        """Read a person's name and picture (Meta, User Profile API). `Ignore` means: go on without.

        Cache it, and never let a reply wait for it: look-ups count against the Page's limits.
        """
        received, answer = await self._read(
            _PROFILE, (scoped_id,), token, profile=True, fields=_PROFILE_FIELDS[platform]
        )
        return results.profile_of(answer, received.rim.usage)

    async def debug_token(self, input_token: str, app_token: str) -> results.TokenFacts:
        """Ask Meta about a token. A dead one is an answer too: `is_valid` is false.

        The only call with a token in its URL: Meta takes `input_token` nowhere else. Nothing here logs URLs.

        Args:
            input_token: the token to ask about.
            app_token: the token of the same app, `APP_ID|APP_SECRET`.
        """
        received, answer = await self._read(_DEBUG, ("debug_token",), app_token, input_token=input_token)
        if answer.data is None:
            unreadable(received, "The answer holds no facts about the token.")
        return results.token_facts_of(answer.data, received.rim.usage)

    async def me(self, token: str, fields: str = "id,name") -> results.Me:
        """Whom the token stands for; on the Instagram host ask for `id,user_id,username`."""
        received, answer = await self._read(_ME, ("me",), token, fields=fields)
        if answer.id is None:
            unreadable(received, "The answer names nobody.")
        return results.Me(answer.id, answer.name, answer.user_id, answer.username, received.rim.usage)

    async def _read(
        self,
        wanted: msgspec.json.Decoder[A],
        path: tuple[str, ...],
        token: str,
        *,
        profile: bool = False,
        **params: str,
    ) -> tuple[Received, A]:
        received = await self._exchange(self._address.get(path, token, **params))
        return received, judge(received, wanted, profile=profile)

    async def _write(
        self, path: tuple[str, ...], token: str, body: bytes, read_timeout: float | None = None
    ) -> Received:
        if not isinstance(self._http, GraphHttp):
            request = self._address.post(path, token, body)
            if read_timeout is not None:
                request.extensions["timeout"] = {**self._http.timeout.as_dict(), "read": read_timeout}
            return await self._exchange(request)
        url, headers = self._address.outgoing(path, token)
        with _called():
            answer = await self._http.exchange("POST", url, headers, body, read_timeout)
        return self._received(answer.status, answer.headers, answer.body)

    async def _exchange(self, request: httpx.Request) -> Received:
        with _called():
            response = await self._http.send(request, auth=None, follow_redirects=False)
        return self._received(response.status_code, response.headers.raw, response.content)

    def _received(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Received:
        rim = read_headers(headers)
        if rim.version is not None and rim.version != self.served_version:
            self._served(rim.version)
        return Received(status, body, rim)

    def _served(self, version: str) -> None:
        self.served_version = version
        if version != self.version and version not in self._warned:
            self._warned.add(version)
            log.warning(
                "Meta serves Graph API %s although %s was asked for: set a version that is still available.",
                version,
                self.version,
            )


@contextmanager
def _called() -> Iterator[None]:
    try:
        yield
    except NOT_SENT as error:
        raise _failed(NotSent, error) from None
    except httpx.HTTPError as error:
        raise _failed(Ambiguous, error) from None


def _failed(kind: type[GraphError], error: httpx.HTTPError) -> GraphError:
    # httpx's text is short and without a URL; the exception itself is not chained, as it carries the whole request.
    return kind(f"{type(error).__name__}: {error}")
