"""What documents say, in the small: only what the gateway needs, with strings shared, at 100,000 Pages a few bytes each."""

from typing import ClassVar, Final

import msgspec

from pagewire.manifests.problems import Place
from pagewire.sealed import Sealed

from .port import LoginPages, Name, PluginUse

SECRET: Final = "Secret"  # noqa: S105 - the name of a kind

_ITEM_BITS: Final = 24
_LINE_BITS: Final = 24

Key = tuple[str, str, str]
"""Kind, namespace and name."""

KeyRef = tuple[str, str]
"""Name of a Secret and one of its keys."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One resource as one document tells it.

    Attributes:
        file: Where it was read.
        at: Document, item and line as one number, see `pack`; entries of a file sort by it.
    """

    kind: ClassVar[str]

    namespace: str
    name: str
    file: str
    at: int

    @property
    def id(self) -> Name:
        """Namespace and name."""
        return (self.namespace, self.name)

    @property
    def key(self) -> Key:
        """Kind, namespace and name."""
        return (self.kind, self.namespace, self.name)

    @property
    def place(self) -> Place:
        """Where it was read, for people."""
        line = self.at & (2**_LINE_BITS - 1)
        item = self.at >> _LINE_BITS & (2**_ITEM_BITS - 1)
        return Place(self.file, self.at >> _LINE_BITS + _ITEM_BITS, item, line)

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"

    def says_the_same(self, other: "Entry | None") -> bool:
        """Whether both tell the same, wherever they stand."""
        return other is not None and msgspec.structs.replace(other, file=self.file, at=self.at) == self


def pack(place: Place) -> int:
    """Document, item and line of a place as one sortable number."""
    return ((place.document << _ITEM_BITS) + place.item << _LINE_BITS) + place.line


class SecretEntry(Entry, frozen=True, kw_only=True, gc=False):
    """A Secret. A token's has one key; it is kept without a container, for a container would cost as much again.

    Attributes:
        first_key: Empty if there is none.
        more: Further keys with their values.
    """

    kind = SECRET
    first_key: str
    first: Sealed[str]
    more: tuple[tuple[str, Sealed[str]], ...]

    def value(self, key: str) -> Sealed[str] | None:
        """The value of a key, without white space around it; None if there is no such key, or no text in it."""
        if key == self.first_key:
            return self.first
        return next((value for name, value in self.more if name == key), None)


class AppEntry(Entry, frozen=True, kw_only=True, gc=False):
    """A MessengerApp."""

    kind = "MessengerApp"
    app_id: str
    secret_refs: tuple[KeyRef, ...]
    verify_ref: KeyRef | None
    client_token: Sealed[str] | None
    graph_version: str
    allowed: tuple[str, ...]
    human_agent: bool
    instagram_id: str
    instagram_ref: KeyRef | None
    login: LoginPages | None

    @property
    def refs(self) -> tuple[KeyRef, ...]:
        """Every key of a Secret it needs."""
        return (*self.secret_refs, *(ref for ref in (self.verify_ref, self.instagram_ref) if ref))

    def secrets(self) -> set[Name]:
        """The Secrets it depends on."""
        return {(self.namespace, name) for name, _ in self.refs}


class Sort(msgspec.Struct, frozen=True, gc=False):
    """What most AccessTokens have in common, so that it is kept once.

    Attributes:
        source: The field of ``spec.from`` that is given.
        secret_key: Empty while no Secret holds the token.
        provider: Facebook or Instagram.
        scopes: Permissions it must carry.
        users: Who may log in for it; anybody if empty.
        parent: Name of the AccessToken it is derived from; empty if it is not.
    """

    type: str
    source: str
    secret_key: str
    provider: str
    scopes: tuple[str, ...]
    users: tuple[str, ...]
    parent: str


class TokenEntry(Entry, frozen=True, kw_only=True, gc=False):
    """An AccessToken; `secret` is the name of its Secret, or empty while there is none."""

    kind = "AccessToken"
    app: Name
    sort: Sort
    page_id: str
    secret: str

    @property
    def refs(self) -> tuple[KeyRef, ...]:
        """Every key of a Secret it needs."""
        return ((self.secret, self.sort.secret_key),) if self.secret else ()


class SubscriptionEntry(Entry, frozen=True, kw_only=True, gc=False):
    """A WebhookSubscription."""

    kind = "WebhookSubscription"
    app: Name


class AccountEntry(Entry, frozen=True, kw_only=True, gc=False):
    """What a Page and an Instagram account have in common.

    Attributes:
        created: ``metadata.creationTimestamp`` as seconds since 1970, the smallest form of it; infinite if there is none.
        token: Name of the AccessToken; empty if there is none.
        trace_percent: Of a hundred webhooks, how many are traced; None for as many as of all.
    """

    created: float
    account: str
    app: Name
    token: str
    plugins: tuple[PluginUse, ...]
    trace_percent: int | None = None


class PageEntry(AccountEntry, frozen=True, kw_only=True, gc=False):
    """A MessengerPage."""

    kind = "MessengerPage"


class InstagramEntry(AccountEntry, frozen=True, kw_only=True, gc=False):
    """An InstagramAccount; `page` names the linked MessengerPage, or is empty."""

    kind = "InstagramAccount"
    page: str
