"""The Messenger profile: what a person sees before the first word (Meta, Messenger Profile API).

A property that is absent is left alone at Meta; an empty list, mapping or text clears it. Each is replaced whole.
"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, field

from .common import HttpsUrl, HttpsUrlOrEmpty, Part

MAX_MENU_ITEMS: Final = 20
MAX_ICE_BREAKERS: Final = 4
MAX_DOMAINS: Final = 50
MAX_LOCALES: Final = 100
"""Ours: a schema of Kubernetes needs a bound on every list."""

Locale = Annotated[
    str,
    Meta(
        pattern=r"^(default|[a-z]{2,3}_[A-Z]{2})\Z",
        max_length=10,
        description="`default` or a locale with its country, as in en_US",
    ),
]
Payload = Annotated[str, Meta(min_length=1, max_length=1000)]
"""What comes back as a postback."""


class GetStarted(Part, frozen=True, kw_only=True):
    """The first button a person sees. Empty, it is taken away.

    Attributes:
        payload: What a tap comes back as.
    """

    payload: Payload | None = None


class Greeting(Part, frozen=True, kw_only=True):
    """The text above the first button, for one locale.

    Attributes:
        locale: Whom it is for; default is everybody whose locale is not listed.
        text: Takes {{user_first_name}}, {{user_last_name}} and {{user_full_name}}.
    """

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
    """One line of the persistent menu: a postback has a payload, a web_url has a url.

    Attributes:
        type: What a tap does: postback or web_url.
        title: What people read.
        payload: What a tap on a postback comes back as.
        url: What a tap on a web_url opens.
        webview_height_ratio: How much of the screen the page takes. Messenger only.
    """

    type: MenuItemType
    title: Annotated[str, Meta(min_length=1, max_length=30)]
    payload: Payload | None = None
    url: HttpsUrl | None = None
    webview_height_ratio: WebviewHeight | None = None


class PersistentMenu(Part, frozen=True, kw_only=True):
    """The menu that stays beside the conversation, for one locale.

    Attributes:
        locale: Whom it is for; default is everybody whose locale is not listed.
        composer_input_disabled: Let people use the menu only, and not write. Messenger only.
        call_to_actions: Its lines.
    """

    locale: Locale = "default"
    composer_input_disabled: bool = False
    call_to_actions: Annotated[list[MenuItem], Meta(min_length=1, max_length=MAX_MENU_ITEMS)]


class IceBreaker(Part, frozen=True, kw_only=True):
    """A question a person may start with.

    Attributes:
        question: What people read.
        payload: What a tap comes back as.
    """

    question: Annotated[str, Meta(min_length=1, max_length=1000)]
    payload: Payload


class IceBreakers(Part, frozen=True, kw_only=True):
    """The questions of one locale.

    Attributes:
        locale: Whom they are for; default is everybody whose locale is not listed.
        call_to_actions: The questions.
    """

    locale: Locale = "default"
    call_to_actions: Annotated[list[IceBreaker], Meta(min_length=1, max_length=MAX_ICE_BREAKERS)]


class Command(Part, frozen=True, kw_only=True):
    """A word that begins with a slash.

    Attributes:
        name: The word, without its slash.
        description: What people read beside it.
    """

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    description: Annotated[str, Meta(min_length=1, max_length=1000)]


class Commands(Part, frozen=True, kw_only=True):
    """The commands of one locale; where commands are set they win over the menu.

    Attributes:
        locale: Whom they are for; default is everybody whose locale is not listed.
        commands: The commands.
    """

    locale: Locale = "default"
    commands: Annotated[list[Command], Meta(min_length=1, max_length=100)]


class Profile(Part, frozen=True, kw_only=True):
    """The profile of a Page. What is left out is left alone at Meta; what is empty is cleared.

    Attributes:
        get_started: The first button a person sees. The persistent menu needs it.
        greeting: The text above it, for each locale.
        persistent_menu: The menu beside the conversation, for each locale.
        ice_breakers: Questions a person may start with, at most 4 for each locale.
        commands: Words that begin with a slash, for each locale. Where there are some, they win over the menu.
        whitelisted_domains: Domains whose pages may open inside Messenger.
        account_linking_url: Where people link their account of yours with the conversation.
    """

    get_started: GetStarted | None = None
    greeting: Annotated[list[Greeting], Meta(max_length=MAX_LOCALES)] | None = None
    persistent_menu: Annotated[list[PersistentMenu], Meta(max_length=MAX_LOCALES)] | None = None
    ice_breakers: Annotated[list[IceBreakers], Meta(max_length=MAX_LOCALES)] | None = None
    commands: Annotated[list[Commands], Meta(max_length=MAX_LOCALES)] | None = None
    whitelisted_domains: Annotated[list[HttpsUrl], Meta(max_length=MAX_DOMAINS)] | None = None
    account_linking_url: HttpsUrlOrEmpty | None = field(name="accountLinkingURL", default=None)


class InstagramProfile(Part, frozen=True, kw_only=True):
    """The profile of an Instagram account: the two properties the platform knows there.

    Attributes:
        persistent_menu: The menu beside the conversation, for each locale. New conversations only.
        ice_breakers: Questions a person may start with, at most 4 for each locale.
    """

    persistent_menu: Annotated[list[PersistentMenu], Meta(max_length=MAX_LOCALES)] | None = None
    ice_breakers: Annotated[list[IceBreakers], Meta(max_length=MAX_LOCALES)] | None = None
