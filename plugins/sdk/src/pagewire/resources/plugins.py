"""Which plugins an account uses, and how."""

from typing import Annotated, Any, Final

from msgspec import Meta

from .common import Part

MAX_PLUGINS: Final = 50

PluginName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]([-_a-z0-9]*[a-z0-9])?\Z",
        max_length=63,
        description="the name of a plugin as `pagewire plugins` shows it, as in auto-reply",
    ),
]


class Plugin(Part, frozen=True, kw_only=True):
    """One enabled plugin. The config's shape is the plugin's own; the plugin host checks it.

    Attributes:
        name: Its name, as `pagewire plugins` lists it.
        config: Its config, in its own words.
    """

    name: PluginName
    config: dict[str, Any] = {}


Plugins = Annotated[list[Plugin], Meta(max_length=MAX_PLUGINS)]
