"""Buttons of templates, each encoded as Meta reads it. Source: Meta, Messenger Platform, buttons."""

from typing import Literal

from msgspec import Struct

WebviewHeight = Literal["compact", "tall", "full"]


class _Button(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    pass


class UrlButton(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="web_url"):
    """Opens a web page.

    Attributes:
        title: at most 20 characters.
        url: of the page.
        webview_height_ratio: how much of the screen it takes; Messenger only, as all that follows.
        messenger_extensions: whether the page uses Meta's script; its domain must be allow-listed on the Page.
        fallback_url: for clients without Messenger extensions.
        webview_share_button: ``hide`` takes away the share button.
    """

    title: str
    url: str
    webview_height_ratio: WebviewHeight | None = None
    messenger_extensions: bool = False
    fallback_url: str | None = None
    webview_share_button: Literal["hide"] | None = None


class PostbackButton(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="postback"):
    """Comes back as a postback event.

    Attributes:
        title: at most 20 characters.
        payload: what comes back, at most 1000 characters.
    """

    title: str
    payload: str


class PhoneButton(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="phone_number"):
    """Calls a number, Messenger only.

    Attributes:
        title: at most 20 characters.
        payload: the number with its country, such as ``+15555550100``.
    """

    title: str
    payload: str


class LoginButton(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="account_link"):
    """Begins account linking, Messenger only.

    Attributes:
        url: https address of the company's log-in page.
    """

    url: str


class LogoutButton(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="account_unlink"):
    """Ends account linking, Messenger only."""


class GameMetadata(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whom to play with: one of the two.

    Attributes:
        player_id: a player of the game.
        context_id: a context of the game.
    """

    player_id: str | None = None
    context_id: str | None = None


class GameButton(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="game_play"):
    """Opens the Page's Instant Game, Messenger only.

    Attributes:
        title: at most 20 characters.
        payload: handed to the game, at most 1000 characters.
        game_metadata: whom to play with.
    """

    title: str
    payload: str
    game_metadata: GameMetadata | None = None


Button = UrlButton | PostbackButton | PhoneButton | LoginButton | LogoutButton | GameButton


class UrlAction(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="web_url"):
    """What a tap on the whole element opens: an `UrlButton` without a title; see there.

    Attributes:
        url: of the page.
        webview_height_ratio: how much of the screen it takes; Messenger only, as all that follows.
        messenger_extensions: whether the page uses Meta's script.
        fallback_url: for clients without Messenger extensions.
        webview_share_button: ``hide`` takes away the share button.
    """

    url: str
    webview_height_ratio: WebviewHeight | None = None
    messenger_extensions: bool = False
    fallback_url: str | None = None
    webview_share_button: Literal["hide"] | None = None


class PostbackAction(_Button, frozen=True, kw_only=True, omit_defaults=True, tag="postback"):
    """A tap that comes back as a postback event.

    Attributes:
        payload: what comes back, at most 1000 characters.
    """

    payload: str


Action = UrlAction | PostbackAction
