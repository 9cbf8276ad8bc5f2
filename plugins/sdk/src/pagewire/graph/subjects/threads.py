"""Which app may answer (Meta, Conversation Routing)."""

from typing import Any

import msgspec

from pagewire.graph import wire
from pagewire.graph.caller import Caller
from pagewire.graph.usage import Usage
from pagewire.replies import ExtendThread, PassThread, RequestThread, TakeThread, check
from pagewire.surfaces import Surface


class _Owner(msgspec.Struct):
    app_id: wire.Id | None = None
    expiration: int | None = None


class _OwnerEntry(msgspec.Struct):
    thread_owner: _Owner | None = None


class ThreadOwner(msgspec.Struct, frozen=True):
    """Who has a conversation; both are `None` while nobody has it."""

    app_id: str | None = None
    """Told to the owner and to the default app only."""
    expiration: int | None = None
    """Seconds since 1970."""
    usage: Usage | None = None


class Receiver(msgspec.Struct, frozen=True):
    """An app that is connected to the Page."""

    id: wire.Id
    name: str = ""


class FeatureStatus(msgspec.Struct, frozen=True):
    """How a Page routes its conversations."""

    hop_v2: bool = False
    """Handover Protocol, which Meta ended."""
    msgr_multi_app: bool = False
    """Conversation Routing on Messenger."""
    ig_multi_app: bool = False
    """Conversation Routing on Instagram."""


class _FeatureAnswer(wire.ErrorAnswer):
    messaging_feature_status: FeatureStatus | None = None


_FEATURES = wire.decoder(_FeatureAnswer)


class Threads(Caller):
    """Thread control. A `Thread` error means that another app has the conversation."""

    async def pass_thread(
        self, page_id: str, token: str, recipient_id: str, target_app_id: str | None = None, metadata: str = ""
    ) -> Usage | None:
        """Hand a conversation to another app.

        Args:
            page_id: the Page, also for Instagram.
            token: its access token.
            recipient_id: the person's scoped id.
            target_app_id: which app; the default app if left out.
            metadata: for that app, at most 1000 characters.

        Raises:
            ReplyError: the metadata are too long.
        """
        check(PassThread(target_app_id=target_app_id or None, metadata=metadata), Surface.MESSENGER)
        return await self._control("pass", page_id, token, recipient_id, target_app_id=target_app_id, metadata=metadata)

    async def take_thread(self, page_id: str, token: str, recipient_id: str, metadata: str = "") -> Usage | None:
        """Take a conversation from the app that has it; for the default app. See `pass_thread`."""
        check(TakeThread(metadata=metadata), Surface.MESSENGER)
        return await self._control("take", page_id, token, recipient_id, metadata=metadata)

    async def request_thread(self, page_id: str, token: str, recipient_id: str, metadata: str = "") -> Usage | None:
        """Ask the app that has a conversation to pass it on. See `pass_thread`."""
        check(RequestThread(metadata=metadata), Surface.MESSENGER)
        return await self._control("request", page_id, token, recipient_id, metadata=metadata)

    async def release_thread(self, page_id: str, token: str, recipient_id: str) -> Usage | None:
        """Give a conversation up. See `pass_thread`."""
        return await self._control("release", page_id, token, recipient_id)

    async def extend_thread(self, page_id: str, token: str, recipient_id: str, duration: int) -> Usage | None:
        """Keep a conversation for so many seconds, up to 7 days; `ReplyError` for more. See `pass_thread`."""
        check(ExtendThread(duration=duration), Surface.MESSENGER)
        return await self._control("extend", page_id, token, recipient_id, duration=duration)

    async def thread_owner(self, page_id: str, token: str, recipient_id: str) -> ThreadOwner:
        """Who has the conversation with this person. See `pass_thread`."""
        listed = await self._listed(_OwnerEntry, (page_id, "thread_owner"), token, recipient=recipient_id)
        found = next((one.thread_owner for one in listed.data if one.thread_owner is not None), _Owner())
        return ThreadOwner(found.app_id, found.expiration, listed.usage)

    async def secondary_receivers(
        self, page_id: str, token: str, platform: wire.Platform = "messenger"
    ) -> wire.Listed[Receiver]:
        """The apps that are connected besides the primary one, as the Handover Protocol called them."""
        asked = None if platform == "messenger" else platform
        return await self._listed(Receiver, (page_id, "secondary_receivers"), token, fields="id,name", platform=asked)

    async def messaging_feature_status(self, token: str) -> FeatureStatus:
        """How the Page of this token routes its conversations."""
        _, answer = await self._read(_FEATURES, ("me",), token, fields="messaging_feature_status")
        return answer.messaging_feature_status or FeatureStatus()

    async def _control(self, verb: str, page_id: str, token: str, recipient_id: str, **more: Any) -> Usage | None:
        given = {name: value for name, value in more.items() if value not in (None, "")}
        body = {"recipient": {"id": recipient_id}, **given}
        return await self._do((page_id, f"{verb}_thread_control"), token, body)
