"""What administrative calls give back. Tokens in it are sealed; every result tells who served it."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from pagewire.graph.admin.served import Served
from pagewire.graph.wire import GranularScope
from pagewire.sealed import Sealed

__all__ = [
    "Answered",
    "AppFacts",
    "AppSubscription",
    "AppSubscriptions",
    "Business",
    "Done",
    "Identity",
    "InstagramLink",
    "IssuedToken",
    "Listed",
    "MatchedId",
    "MessengerProfile",
    "PageFacts",
    "PermissionList",
    "SubscribedApp",
    "SubscribedApps",
    "SystemUser",
    "TokenReport",
]

T = TypeVar("T")


class Answered(Struct, frozen=True, kw_only=True):
    """What all results share."""

    served: Served = Served()


class Done(Answered, frozen=True, kw_only=True):
    """Meta said that it is done. What it is now, only a read tells: some writes merge, some replace."""


class IssuedToken(Answered, frozen=True, kw_only=True):
    """A new token."""

    access_token: Sealed[str]
    token_type: str | None = None
    expires_in: int | None = None
    """Seconds; `None` if Meta told none, which often means never: `debug` knows."""
    user_id: str | None = None
    """Whose it is, from Instagram Login only. App-scoped: webhooks use another id, see `Identity.user_id`."""
    permissions: tuple[str, ...] = ()
    """What was granted, from Instagram Login only."""


class TokenReport(Answered, frozen=True, kw_only=True):
    """What Meta knows about a token (Meta, Debugging Access Tokens). Times are seconds since 1970, 0 is never."""

    is_valid: bool
    type: str | None = None
    """`USER`, `PAGE`, `APP` or `SYSTEM_USER`."""
    app_id: str | None = None
    application: str | None = None
    profile_id: str | None = None
    """The Page of a Page token."""
    user_id: str | None = None
    """The person or system user behind it, app-scoped."""
    expires_at: int | None = None
    data_access_expires_at: int | None = None
    """When reads of a person's data end, unless they log in again; `None` or 0 where there is no such clock."""
    issued_at: int | None = None
    scopes: tuple[str, ...] = ()
    granular_scopes: tuple[GranularScope, ...] = ()
    metadata: Mapping[str, Any] = {}
    error_code: int | None = None
    """Why a dead token is dead: 190 and its subcode; may be absent."""
    error_subcode: int | None = None
    error_message: str = ""
    """Meta's sentence about it, shortened and redacted."""

    def targets(self, scope: str) -> frozenset[str] | None:
        """The objects `scope` is granted for: `None` for all of them, also future ones; empty if not granted."""
        if scope not in self.scopes:
            return frozenset()
        found = next((one for one in self.granular_scopes if one.scope == scope), None)
        return frozenset(found.target_ids) if found is not None and found.target_ids else None

    def allows(self, scope: str, target: str | None = None) -> bool:
        """Whether `scope` is granted, and for the object `target` if one is named."""
        targets = self.targets(scope)
        return targets is None or (target in targets if target is not None else bool(targets))


class Identity(Answered, frozen=True, kw_only=True):
    """Whom a token stands for; a field is `None` unless it was asked for and there."""

    id: str
    name: str | None = None
    user_id: str | None = None
    """On the Instagram host the professional account's id, which webhooks use; `id` is app-scoped there."""
    username: str | None = None
    account_type: str | None = None
    client_business_id: str | None = None
    """The client's business, for a business integration system user's token."""


class PermissionList(Answered, frozen=True, kw_only=True):
    """What a person granted an app. For which Pages, only `TokenReport.granular_scopes` tells."""

    granted: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    expired: frozenset[str] = frozenset()
    statuses: Mapping[str, str] = {}
    """Every permission with Meta's own word for its state."""


class InstagramLink(Struct, frozen=True, kw_only=True):
    """An Instagram account as its Page names it."""

    id: str
    username: str | None = None


class Business(Struct, frozen=True, kw_only=True):
    """A business portfolio."""

    id: str
    name: str | None = None


class SystemUser(Struct, frozen=True, kw_only=True):
    """A system user of a business."""

    id: str
    name: str | None = None
    role: str | None = None
    """`ADMIN`, `EMPLOYEE` or another of Meta's words."""


_EVERYTHING = {"FULL_CONTROL", "PROFILE_PLUS_FULL_CONTROL"}


class PageFacts(Answered, frozen=True, kw_only=True):
    """A Page as one token sees it. `None` means not asked for, not there or not allowed: Meta omits silently."""

    id: str
    name: str | None = None
    category: str | None = None
    tasks: tuple[str, ...] = ()
    """What the token's owner may do on the Page, in Meta's older or newer spelling."""
    access_token: Sealed[str] | None = None
    """The Page's token; absent if the owner lacks a task or a permission."""
    is_published: bool | None = None
    is_webhooks_subscribed: bool | None = None
    has_added_app: bool | None = None
    is_messenger_bot_get_started_enabled: bool | None = None
    has_transitioned_to_new_page_experience: bool | None = None
    instagram_business_account: InstagramLink | None = None
    """The professional account; its absence is no proof that none is linked."""
    connected_instagram_account: InstagramLink | None = None
    """The account linked in the Page's settings, which may be another one."""
    owner_business: Business | None = None

    def can(self, task: str) -> bool:
        """Whether `task`, such as `MESSAGING`, is among `tasks` in either spelling, or full control is."""
        return not {task, f"PROFILE_PLUS_{task}"}.isdisjoint(self.tasks) or not _EVERYTHING.isdisjoint(self.tasks)


class Listed(Answered, Generic[T], frozen=True, kw_only=True):
    """Entries of a list, one page of it or all."""

    data: tuple[T, ...] = ()
    after: str | None = None
    """Where the next page begins; `None` if that was all. Good for the next call only."""
    skipped: int = 0
    """Entries that nobody could read."""


class MatchedId(Struct, frozen=True, kw_only=True):
    """A person's PSID on a Page."""

    id: str
    page_id: str


class AppFacts(Answered, frozen=True, kw_only=True):
    """A Meta app."""

    id: str
    name: str | None = None
    more: Mapping[str, Any] = {}
    """All other fields that were asked for, as Meta answers them."""


class AppSubscription(Struct, frozen=True, kw_only=True):
    """What an app asks Meta to deliver about one kind of object. Meta never tells the verify token."""

    object: str
    callback_url: str | None = None
    active: bool = False
    fields: frozenset[str] = frozenset()
    versions: Mapping[str, str] = {}
    """Field to the Graph version that shapes its events, which may differ from the version of calls."""


class AppSubscriptions(Answered, frozen=True, kw_only=True):
    """All subscriptions of an app."""

    data: tuple[AppSubscription, ...] = ()

    def of(self, about: str) -> AppSubscription | None:
        """The one about `page`, `instagram` or another object."""
        return next((one for one in self.data if one.object == about), None)


class SubscribedApp(Struct, frozen=True, kw_only=True):
    """An app that gets events of a Page or an Instagram account."""

    id: str
    name: str | None = None
    fields: frozenset[str] = frozenset()


class SubscribedApps(Answered, frozen=True, kw_only=True):
    """All apps that get events of a Page or an Instagram account."""

    data: tuple[SubscribedApp, ...] = ()

    def of(self, app_id: str) -> SubscribedApp | None:
        """The one with `app_id`; `None` if it is not subscribed."""
        return next((one for one in self.data if one.id == app_id), None)


class MessengerProfile(Answered, frozen=True, kw_only=True):
    """A Messenger profile, in Meta's own names and forms; what is not set is absent."""

    properties: Mapping[str, Any] = {}
