"""Which rule stands where. They say what `pagewire.resources.problems` says, in the same words as far as they can.

Left to `problems` alone: a webhook field that looks like a misspelled one, for which the language has no measure.
"""

from collections.abc import Mapping
from typing import Any, Final

from pagewire.resources.accounts import InstagramAccountSpec, MessengerPageSpec
from pagewire.resources.app import MessengerAppSpec
from pagewire.resources.common import Spec
from pagewire.resources.fields import WebhookObject
from pagewire.resources.profile import InstagramProfile, MenuItem, Profile
from pagewire.resources.subscription import WebhookSubscriptionSpec
from pagewire.resources.token import AccessToken, AccessTokenSpec, TokenSource

from .cel_fields import foreign_field, foreign_fields
from .cel_profile import DEFAULT_LOCALE, DOMAIN, INSTAGRAM_MENU, MENU_ITEM, MENU_NEEDS_BUTTON
from .cel_token import ITSELF, ONE_SOURCE, TOKEN
from .rule import Rule, written

_IMMUTABLE: Final = (
    Rule(rule="self == oldSelf", message="cannot be changed; make another resource, and delete this one"),
)

_OBSERVE_CHANGES_NOTHING: Final = Rule(
    rule="!(self.managementPolicy == 'Observe' && self.deletionPolicy == 'Delete')",
    message="Delete contradicts managementPolicy Observe, which changes nothing at Meta",
    path=".deletionPolicy",
)
_ONE_WAY_IN: Final = Rule(
    rule="has(self.pageRef) != has(self.tokenRef)",
    message="give exactly one of pageRef (through the linked Page) and tokenRef (Instagram Login)",
    path=".pageRef",
)

_OF_STRUCT: Final[Mapping[type, tuple[Rule, ...]]] = {
    Spec: (_OBSERVE_CHANGES_NOTHING,),
    AccessToken: ITSELF,
    AccessTokenSpec: TOKEN,
    TokenSource: (ONE_SOURCE,),
    WebhookSubscriptionSpec: foreign_fields(),
    InstagramAccountSpec: (_ONE_WAY_IN,),
    Profile: (MENU_NEEDS_BUTTON,),
    InstagramProfile: INSTAGRAM_MENU,
    MenuItem: MENU_ITEM,
}

_OF_FIELD: Final[Mapping[tuple[type, str], tuple[Rule, ...]]] = {
    (MessengerAppSpec, "app_id"): _IMMUTABLE,
    **{(AccessTokenSpec, name): _IMMUTABLE for name in ("app_ref", "type", "provider", "page_id", "secret_name")},
    **{(WebhookSubscriptionSpec, name): _IMMUTABLE for name in ("app_ref", "object")},
    **{(MessengerPageSpec, name): _IMMUTABLE for name in ("app_ref", "page_id")},
    **{(InstagramAccountSpec, name): _IMMUTABLE for name in ("app_ref", "account_id")},
    **{(Profile, name): DEFAULT_LOCALE for name in ("greeting", "persistent_menu", "ice_breakers", "commands")},
    **{(InstagramProfile, name): DEFAULT_LOCALE for name in ("persistent_menu", "ice_breakers")},
}

_OF_ENTRIES: Final[Mapping[tuple[type, str], tuple[Rule, ...]]] = {
    (MessengerPageSpec, "subscribed_fields"): (foreign_field(WebhookObject.PAGE),),
    (InstagramAccountSpec, "subscribed_fields"): (foreign_field(WebhookObject.INSTAGRAM),),
    (Profile, "whitelisted_domains"): DOMAIN,
}


def of_struct(struct: type) -> list[dict[str, Any]]:
    """Rules between the fields of a struct, those of its bases first."""
    return [rule for one in reversed(struct.__mro__) for rule in written(_OF_STRUCT.get(one, ()))]


def of_field(struct: type, field: str) -> list[dict[str, Any]]:
    """Rules of one field."""
    return written(_OF_FIELD.get((struct, field), ()))


def of_entries(struct: type, field: str) -> list[dict[str, Any]]:
    """Rules of each entry of a list."""
    return written(_OF_ENTRIES.get((struct, field), ()))
