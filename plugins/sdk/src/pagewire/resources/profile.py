"""The Messenger profile: what a person sees before the first word (Meta, Messenger Profile API).

A property that is absent is left alone at Meta; an empty list clears it. Each property is replaced whole.
"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta

from .common import HttpsUrl, Part

MAX_MENU_ITEMS: Final = 20
MAX_ICE_BREAKERS: Final = 4
MAX_DOMAINS: Final = 50
MAX_LOCALES: Final = 100
"""Ours: a schema of Kubernetes needs a bound on every list."""

Locale = Annotated[
    str,
    Meta(
        pattern=r"^(default|[a-z]{2,3}_[A-Z]{2})\Z",
        description="`default` or a locale with its country, as in en_US",
    ),
]
Payload = Annotated[str, Meta(min_length=1, max_length=1000)]
"""What comes back as a postback."""


class GetStarted(Part, frozen=True, kw_only=True):
    """The first button a person sees."""

    payload: Payload


class Greeting(Part, frozen=True, kw_only=True):
    """The text above the first button; takes ``{{user_first_name}}``, ``{{user_last_name}}``, ``{{user_full_name}}``."""

    locale: Locale = "default"
    text: Annotated[str, Meta(min_length=1, max_length=160)]


class MenuItemType(StrEnum):
    """What a menu item does; nested menus are gone from the platform."""

    POSTBACK = "postback"
    WEB_URL = "web_url"


class WebviewHeight(StrEnum):
    """How much of the screen a web page takes."""

    COMPACT = "compact"
    TALL = "tall"
    FULL = "full"


class MenuItem(Part, frozen=True, kw_only=True):
    """One line of the persistent menu: a postback has a payload, a web_url has a url."""

    type: MenuItemType
    title: Annotated[str, Meta(min_length=1, max_length=30)]
    payload: Payload | None = None
    url: HttpsUrl | None = None
    webview_height_ratio: WebviewHeight | None = None


class PersistentMenu(Part, frozen=True, kw_only=True):
    """The menu that stays beside the conversation, for one locale."""

    locale: Locale = "default"
    composer_input_disabled: bool = False
    call_to_actions: Annotated[list[MenuItem], Meta(min_length=1, max_length=MAX_MENU_ITEMS)]


class IceBreaker(Part, frozen=True, kw_only=True):
    """A question a person may start with."""

    question: Annotated[str, Meta(min_length=1, max_length=1000)]
    payload: Payload


class IceBreakers(Part, frozen=True, kw_only=True):
    """The questions of one locale."""

    locale: Locale = "default"
    call_to_actions: Annotated[list[IceBreaker], Meta(min_length=1, max_length=MAX_ICE_BREAKERS)]


class Command(Part, frozen=True, kw_only=True):
    """A word that begins with a slash."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    description: Annotated[str, Meta(min_length=1, max_length=1000)]


class Commands(Part, frozen=True, kw_only=True):
    """The commands of one locale; where commands are set they win over the menu."""

    locale: Locale = "default"
    commands: Annotated[list[Command], Meta(min_length=1, max_length=100)]


class Profile(Part, frozen=True, kw_only=True):
    """The profile of a Page."""

    get_started: GetStarted | None = None
    greeting: Annotated[list[Greeting], Meta(max_length=MAX_LOCALES)] | None = None
    persistent_menu: Annotated[list[PersistentMenu], Meta(max_length=MAX_LOCALES)] | None = None
    ice_breakers: Annotated[list[IceBreakers], Meta(max_length=MAX_LOCALES)] | None = None
    commands: Annotated[list[Commands], Meta(max_length=MAX_LOCALES)] | None = None
    whitelisted_domains: Annotated[list[HttpsUrl], Meta(max_length=MAX_DOMAINS)] | None = None


class InstagramProfile(Part, frozen=True, kw_only=True):
    """The profile of an Instagram account: the two properties the platform knows there."""

    persistent_menu: Annotated[list[PersistentMenu], Meta(max_length=MAX_LOCALES)] | None = None
    ice_breakers: Annotated[list[IceBreakers], Meta(max_length=MAX_LOCALES)] | None = None
