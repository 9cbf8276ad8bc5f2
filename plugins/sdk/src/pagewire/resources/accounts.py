"""`MessengerPage` and `InstagramAccount`: the accounts people write to."""

from typing import Literal

from .base import Resource
from .common import AppRef, LocalRef, NumericId, Spec
from .fields import Fields
from .plugins import Plugins
from .profile import InstagramProfile, Profile


class MessengerPageSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of a Page."""

    app_ref: AppRef
    page_id: NumericId
    token_ref: LocalRef | None = None
    """An AccessToken of type Page. Without one, events arrive but nothing can be sent."""
    subscribed_fields: Fields = []
    profile: Profile | None = None
    plugins: Plugins = []


class MessengerPage(Resource, frozen=True, kw_only=True):
    """A Facebook Page."""

    kind: Literal["MessengerPage"] = "MessengerPage"
    spec: MessengerPageSpec


class InstagramAccountSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of an Instagram professional account: reached by exactly one of pageRef and tokenRef."""

    app_ref: AppRef
    account_id: NumericId
    """The id webhooks carry: ``user_id`` of ``/me``, not its ``id`` (graph.md 2.7)."""
    page_ref: LocalRef | None = None
    """The linked MessengerPage, whose token and id are used to send."""
    token_ref: LocalRef | None = None
    """An AccessToken of type User from Instagram Login."""
    subscribed_fields: Fields = []
    profile: InstagramProfile | None = None
    plugins: Plugins = []


class InstagramAccount(Resource, frozen=True, kw_only=True):
    """An Instagram professional account."""

    kind: Literal["InstagramAccount"] = "InstagramAccount"
    spec: InstagramAccountSpec
