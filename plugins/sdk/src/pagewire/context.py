"""What a hook may know besides the event."""

from collections.abc import Mapping
from datetime import datetime
from logging import LoggerAdapter
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from pagewire.offers import Http, Tracer
from pagewire.people import People
from pagewire.stores import Store

Config_co = TypeVar("Config_co", covariant=True)


class AccountInfo(Struct, frozen=True, kw_only=True):
    """The Page or Instagram account an event belongs to, as the registry knows it.

    Attributes:
        object: ``page`` or ``instagram``.
        id: Page id or Instagram professional account id.
        namespace: namespace of the resource.
        name: name of the resource.
        app_id: the Meta app that owns the webhook.
    """

    object: str
    id: str
    namespace: str
    name: str
    app_id: str


class Person(Struct, frozen=True, kw_only=True):
    """What Meta tells about a person; each part may be missing. Personal data: keep it out of logs.

    Attributes:
        id: scoped id, valid for this account only.
        first_name: Messenger only.
        last_name: Messenger only.
        name: full name.
        username: handle, Instagram only.
        picture_url: address of their picture; it runs out within days, so fetch it now or ask again.
    """

    id: str
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    username: str | None = None
    picture_url: str | None = None


class OptIn(Struct, frozen=True, kw_only=True):
    """Something a person asked to be sent.

    Attributes:
        token: Meta's name for it; personal data.
        type: Meta's word, such as ``notification_messages``.
        title: what the person saw.
        until: when it expires, UTC; ``None`` if Meta does not say.
        stopped: they want no more.
    """

    token: str
    type: str = ""
    title: str = ""
    until: datetime | None = None
    stopped: bool = False


class ConversationState(Struct, frozen=True, kw_only=True):
    """What the gateway remembers of a conversation.

    Attributes:
        first_event: id of the first event in which the person reached out.
        first_seen: when that was, UTC.
        last_inbound: when the person last did something that lets the business answer, UTC.
        window_until: end of the standard messaging window, UTC; ``None`` before the person ever wrote.
        last_direct: of the person's acts, the last one that Meta delivered to this app as the one that may answer, UTC.
        last_standby: when something was last delivered as standby, because another app has the thread, UTC.
        last_outbound: when the business last wrote, through whatever app, UTC.
        last_read: the person has read everything up to then, UTC.
        last_delivered: everything up to then has arrived, UTC; Messenger only.
        owner: id of the app that had the thread after the last hand-over; ``None`` if it was released or never handed over.
        owner_since: when that hand-over was, UTC.
        unreachable_since: when Meta said that the person cannot be written to, UTC; ``None`` once they act again.
        opt_ins: what the person asked for.
    """

    first_event: str | None = None
    first_seen: datetime | None = None
    last_inbound: datetime | None = None
    window_until: datetime | None = None
    last_direct: datetime | None = None
    last_standby: datetime | None = None
    last_outbound: datetime | None = None
    last_read: datetime | None = None
    last_delivered: datetime | None = None
    owner: str | None = None
    owner_since: datetime | None = None
    unreachable_since: datetime | None = None
    opt_ins: tuple[OptIn, ...] = ()


class PageContext(Protocol, Generic[Config_co]):
    """Handed to hooks about an account: ``page_added`` and ``page_removed``."""

    @property
    def account_store(self) -> Store:
        """What this plugin keeps for the account, over restarts; nothing about people, who could not have it deleted."""

    @property
    def account(self) -> AccountInfo:
        """The Page or Instagram account."""

    @property
    def config(self) -> Config_co:
        """The plugin's configuration for this account: an instance of its ``Config`` struct, or a plain dict."""

    @property
    def log(self) -> "LoggerAdapter[Any]":
        """A logger that adds plugin, account and event id to every line."""


class Context(PageContext[Config_co], Protocol[Config_co]):
    """Handed to every hook that asks for ``context``, unless the hook names another."""

    @property
    def attempt(self) -> int:
        """1 for the first time this plugin gets this event, 2 for the second, and so on."""

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt of this plugin at this event; give it to systems that de-duplicate."""

    async def person(self) -> Person | None:
        """The profile of the event's person, from the cache or the Graph API; ``None`` if Meta does not tell.

        Never raises: a profile that cannot be read must not stop an answer.
        """

    @property
    def people(self) -> People:
        """The event's person across accounts: who else they are, and what this plugin can tell about that."""

    @property
    def store(self) -> Store:
        """What this plugin keeps for the event's conversation, over restarts; it goes with its person."""

    @property
    def http(self) -> Http:
        """Asks other systems, within a budget of time, size and requests at a time."""

    @property
    def tracer(self) -> Tracer:
        """Makes spans beside those of the gateway; does nothing where nobody exports them."""

    def secret(self, name: str) -> str:
        """A secret that was set aside for this plugin and the account's namespace, such as an API key. Never log it.

        It is the file ``PAGEWIRE_PLUGIN_SECRETS/NAMESPACE/PLUGIN/NAME``, where a Kubernetes Secret can be mounted.

        Raises:
            TryLater: it is not there; the event waits until it is.
        """

    async def conversation(self) -> ConversationState:
        """What is known of the event's conversation, this event included."""

    async def sent_here(self) -> bool:
        """Whether this gateway, or another program of its app, sent the message that the event is an echo of.

        Instagram's echoes name no app (webhooks 3.5), so they are known by their message id. An echo may come before Meta's
        answer to the request that made it: then it is not known for a moment, and a hook that depends on it asks again later.
        """


class SendContext(Context[Config_co], Protocol[Config_co]):
    """Handed to hooks about a reply on its way; the attempt is that of the call, the key that of the reply."""

    @property
    def asked_by(self) -> str:
        """Name of the plugin that asked for the reply."""


class HealthContext(Protocol, Generic[Config_co]):
    """Handed to ``health``."""

    @property
    def configs(self) -> Mapping[AccountInfo, Config_co]:
        """The plugin's configuration for each account on which it is enabled; those that do not fit are left out."""

    @property
    def log(self) -> "LoggerAdapter[Any]":
        """A logger that adds the plugin to every line."""
