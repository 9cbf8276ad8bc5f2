"""`MessengerPage` and `InstagramAccount`: the accounts people write to."""

from typing import Literal

from .account_status import InstagramAccountStatus, MessengerPageStatus
from .base import Resource
from .common import AdoptionPolicy, AppRef, LocalRef, NumericId, Percent, Spec
from .fields import Fields
from .plugins import Plugins
from .profile import InstagramProfile, Profile


class MessengerPageSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of a Page.

    Attributes:
        app_ref: The MessengerApp whose webhooks it uses. Cannot be changed.
        page_id: Meta's id of the Page. Cannot be changed.
        token_ref: An AccessToken of type Page, of this Page and app. Without one, events arrive but nothing is sent.
        subscribed_fields: Webhook fields of this Page. A field arrives if the app is subscribed to it as well. Fields
            that others subscribed are left alone and listed in status.unmanagedFields.
        profile: What people see before the first word. A property that is left out is left alone at Meta; an empty
            one is cleared.
        plugins: Plugins that get the events of this Page, each with its config.
        adoption_policy: What to do when a property of the profile is already set to something else at Meta, and not by
            this resource. FailIfExists leaves it and says so; Adopt replaces it.
        trace_percent: How many of a hundred webhooks of this account are traced, whatever share of all is. Only where
            gateways export traces; the gateway's own share if absent.
    """

    app_ref: AppRef
    page_id: NumericId
    token_ref: LocalRef | None = None
    subscribed_fields: Fields = []
    profile: Profile | None = None
    plugins: Plugins = []
    adoption_policy: AdoptionPolicy = AdoptionPolicy.FAIL_IF_EXISTS
    trace_percent: Percent | None = None


class MessengerPage(Resource, frozen=True, kw_only=True):
    """A Facebook Page: its token, its webhook fields, its Messenger profile and its plugins."""

    kind: Literal["MessengerPage"] = "MessengerPage"
    spec: MessengerPageSpec
    status: MessengerPageStatus | None = None


class InstagramAccountSpec(Spec, frozen=True, kw_only=True):
    """What is wanted of an Instagram professional account: reached by exactly one of pageRef and tokenRef.

    Attributes:
        app_ref: The MessengerApp whose webhooks it uses. Cannot be changed.
        account_id: The id webhooks carry: user_id of GET /me?fields=user_id, which is not its id. Cannot be changed.
        page_ref: The linked MessengerPage, whose token and id are used to send.
        token_ref: An AccessToken of type User and provider Instagram, for an account without a Page.
        subscribed_fields: Webhook fields of an account with tokenRef. One with pageRef gets what the app is subscribed
            to. Fields that others subscribed are left alone and listed in status.unmanagedFields.
        profile: What people see before the first word. A property that is left out is left alone at Meta; an empty
            one is cleared.
        plugins: Plugins that get the events of this account, each with its config.
        adoption_policy: What to do when a property of the profile is already set to something else at Meta, and not by
            this resource. FailIfExists leaves it and says so; Adopt replaces it.
        trace_percent: How many of a hundred webhooks of this account are traced, whatever share of all is. Only where
            gateways export traces; the gateway's own share if absent.
    """

    app_ref: AppRef
    account_id: NumericId
    page_ref: LocalRef | None = None
    token_ref: LocalRef | None = None
    subscribed_fields: Fields = []
    profile: InstagramProfile | None = None
    plugins: Plugins = []
    adoption_policy: AdoptionPolicy = AdoptionPolicy.FAIL_IF_EXISTS
    trace_percent: Percent | None = None


class InstagramAccount(Resource, frozen=True, kw_only=True):
    """An Instagram professional account: how it is reached, its profile and its plugins."""

    kind: Literal["InstagramAccount"] = "InstagramAccount"
    spec: InstagramAccountSpec
    status: InstagramAccountStatus | None = None
