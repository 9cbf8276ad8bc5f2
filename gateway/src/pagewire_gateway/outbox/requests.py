"""The requests to Meta that one reply comes to."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import msgspec

from pagewire.graph import File, GraphClient, Usage
from pagewire.graph.errors import Ambiguous, NotSent, Permanent
from pagewire.graph.errors import Media as MediaRefused
from pagewire.replies import (
    BestEffort,
    ExtendThread,
    Media,
    Moderate,
    PassThread,
    RawMessage,
    React,
    ReleaseThread,
    Reply,
    ReplyError,
    RequestThread,
    Sending,
    TakeThread,
    Terms,
    Unreact,
)
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.assets import Assets, asset_of
from pagewire_gateway.outbox.compose import body_of
from pagewire_gateway.outbox.timing import MESSAGES, MODERATE, UPLOAD, control, timed
from pagewire_gateway.registry.port import Account

ATTACHMENT_UNKNOWN: Final = 2018074
"""Subcode of an attachment id that Meta does not keep, or keeps for another Page."""


class Made(NamedTuple):
    """A request that Meta accepted.

    Attributes:
        mid: id of the message; empty where there is none.
        usage: what the headers told.
    """

    mid: str = ""
    usage: Usage | None = None


class Line(NamedTuple):
    """To whom a request goes, and in whose name."""

    client: GraphClient
    account: Account
    token: str
    row: Outbound

    @property
    def person(self) -> str:
        """Scoped id of the person."""
        return self.row.conversation.person


class Requests:
    """Makes the requests of replies; every failure is a `GraphError`.

    Args:
        settings: time-outs.
        assets: attachments that Meta keeps.
    """

    def __init__(self, settings: OutboxSettings, assets: Assets) -> None:
        self._settings = settings
        self._assets = assets

    async def make(self, line: Line, reply: Reply, terms: Terms) -> Made:
        """Do what the reply asks for.

        Raises:
            GraphError: what Meta or the network said; `Ambiguous` only where a message may have been sent.
        """
        try:
            return await self._made(line, reply, terms)
        except ReplyError as error:  # stored by a version with other limits
            raise Permanent(str(error)) from error

    async def _made(self, line: Line, reply: Reply, terms: Terms) -> Made:
        if isinstance(reply, Media) and (reply.content is not None or reply.reuse):
            return await self._asset(line, reply, terms)
        if isinstance(reply, Sending):
            return (await self._message(line, reply, terms))[0]
        if isinstance(reply, BestEffort):
            with timed(MESSAGES, line.account.host):
                return await _act(line, reply)
        route, deed = _DEEDS[type(reply)]
        with _repeatable(), timed(route, line.account.host):
            return Made(usage=await deed(line, reply))

    async def _message(self, line: Line, reply: Sending, terms: Terms) -> tuple[Made, str | None]:
        """Send a message; its attachment's id comes second, if Meta kept one."""
        body = body_of(line.row, reply, line.account.surface, terms)
        timeout = self._timeout(reply)
        with timed(MESSAGES, line.account.host):
            sent = await line.client.send(line.account.send_as_id, line.token, body, read_timeout=timeout)
        return Made(sent.message_id, sent.usage), sent.attachment_id

    async def _asset(self, line: Line, reply: Media, terms: Terms) -> Made:
        """Send an attachment that Meta keeps, if possible without having it fetched or uploaded again."""
        asset = asset_of(line.account, reply)
        kept = self._assets.known(asset)
        if kept is not None:
            try:
                return (await self._message(line, _saved(reply, kept), terms))[0]
            except MediaRefused as error:
                if error.subcode != ATTACHMENT_UNKNOWN:
                    raise
                self._assets.forget(asset)
        if reply.content is not None:
            kept = await self._upload(line, reply, reply.content)
            self._assets.keep(asset, kept)
            return (await self._message(line, _saved(reply, kept), terms))[0]
        made, saved = await self._message(line, reply, terms)
        self._assets.keep(asset, saved)
        return made

    async def _upload(self, line: Line, reply: Media, content: bytes) -> str:
        file = File(reply.filename, reply.content_type, content)
        with _repeatable(), timed(UPLOAD, line.account.host):
            saved = await line.client.upload(
                line.account.send_as_id,
                line.token,
                reply.media,
                file,
                platform="instagram" if line.account.surface.is_instagram else "messenger",
                read_timeout=self._settings.media_timeout,
            )
        return saved.attachment_id

    def _timeout(self, reply: Sending) -> float:
        # Meta fetches a video for up to 75 s before it answers; what is in a raw message, nobody here knows.
        fetched = (isinstance(reply, Media) and reply.url is not None) or isinstance(reply, RawMessage)
        return self._settings.media_timeout if fetched else self._settings.timeout


def _saved(reply: Media, attachment_id: str) -> Media:
    return msgspec.structs.replace(
        reply, attachment_id=attachment_id, url=None, content=None, filename="", content_type="", reuse=False
    )


@contextmanager
def _repeatable() -> Iterator[None]:
    """Nobody sees it and doing it twice changes nothing: no clear answer is as good as none."""
    try:
        yield
    except Ambiguous as error:
        raise NotSent(str(error)) from error


async def _act(line: Line, reply: BestEffort) -> Made:
    client, account, token = line.client, line.account.send_as_id, line.token
    if isinstance(reply, React):
        payload = {"message_id": reply.message_id, "reaction": reply.reaction}
        acted = await client.sender_action(account, token, line.person, "react", payload=payload)
    elif isinstance(reply, Unreact):
        payload = {"message_id": reply.message_id}
        acted = await client.sender_action(account, token, line.person, "unreact", payload=payload)
    else:
        acted = await client.sender_action(account, token, line.person, reply.action, persona_id=reply.persona_id)
    return Made(usage=acted.usage)


async def _pass(line: Line, reply: PassThread) -> Usage | None:
    return await line.client.pass_thread(
        line.account.send_as_id, line.token, line.person, reply.target_app_id, reply.metadata
    )


async def _take(line: Line, reply: TakeThread) -> Usage | None:
    return await line.client.take_thread(line.account.send_as_id, line.token, line.person, reply.metadata)


async def _request(line: Line, reply: RequestThread) -> Usage | None:
    return await line.client.request_thread(line.account.send_as_id, line.token, line.person, reply.metadata)


async def _release(line: Line, _: ReleaseThread) -> Usage | None:
    return await line.client.release_thread(line.account.send_as_id, line.token, line.person)


async def _extend(line: Line, reply: ExtendThread) -> Usage | None:
    return await line.client.extend_thread(line.account.send_as_id, line.token, line.person, reply.duration)


async def _moderate(line: Line, reply: Moderate) -> Usage | None:
    return await line.client.moderate(line.account.send_as_id, line.token, [line.person], reply.actions)


_DEEDS: dict[type[Any], tuple[str, Callable[[Line, Any], Awaitable[Usage | None]]]] = {
    PassThread: (control("pass"), _pass),
    TakeThread: (control("take"), _take),
    RequestThread: (control("request"), _request),
    ReleaseThread: (control("release"), _release),
    ExtendThread: (control("extend"), _extend),
    Moderate: (MODERATE, _moderate),
}
