"""Rules of the Messenger profile (Meta, Messenger Profile API)."""

from typing import Final

from .rule import Rule

MENU_NEEDS_BUTTON: Final = Rule(
    rule="!has(self.persistentMenu) || self.persistentMenu.size() == 0"
    " || (has(self.getStarted) && has(self.getStarted.payload))",
    message="a persistent menu needs a Get Started button (Meta, code 100/2018145)",
    path=".getStarted",
)

DEFAULT_LOCALE: Final = (
    Rule(
        rule="self.size() == 0 || self.exists(entry, entry.locale == 'default')",
        message="one entry must have locale: default, for everybody else",
    ),
)

MENU_ITEM: Final = (
    Rule(
        rule="self.type != 'postback' || has(self.payload)",
        message="a menu item of type postback needs it",
        path=".payload",
    ),
    Rule(
        rule="self.type != 'postback' || !has(self.url)",
        message="a menu item of type postback has none; remove it",
        path=".url",
    ),
    Rule(rule="self.type != 'web_url' || has(self.url)", message="a menu item of type web_url needs it", path=".url"),
    Rule(
        rule="self.type != 'web_url' || !has(self.payload)",
        message="a menu item of type web_url has none; remove it",
        path=".payload",
    ),
)

INSTAGRAM_MENU: Final = (
    Rule(
        rule="!has(self.persistentMenu) || self.persistentMenu.all(menu,"
        " !has(menu.composerInputDisabled) || !menu.composerInputDisabled)",
        message="Instagram has no composerInputDisabled; remove it",
        path=".persistentMenu",
    ),
    Rule(
        rule="!has(self.persistentMenu) || self.persistentMenu.all(menu,"
        " menu.callToActions.all(item, !has(item.webviewHeightRatio)))",
        message="Instagram has no webviewHeightRatio; remove it",
        path=".persistentMenu",
    ),
)

_HOST: Final = r"^https://(?:[^/?#@]*@)?"
_HOST_END: Final = r"(?:[:/?#]|$)"
"""Patterns over the whole text, because the language cannot bound the cost of a host that it took out of a URL."""

DOMAIN: Final = (
    Rule(
        rule=f"!self.matches(r'{_HOST}(?:[0-9.]+{_HOST_END}|[[])')",
        message="Meta takes names, not IP addresses",
    ),
    Rule(
        rule="!self.startsWith('https://')"
        rf" || self.matches(r'{_HOST}(?:[^/?#:@]*[.][^/?#:@]|[[])')"
        rf" && !self.matches(r'(?i){_HOST}[^/?#:@]*[.](?:localhost|local|internal){_HOST_END}')",
        message="Meta must be able to reach it: write a fully qualified name",
    ),
)
