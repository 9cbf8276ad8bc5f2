"""Whether the plugins of an account take their configuration, by the same rule as the gateway's. Pure.

The operator reads nothing of the gateway. It looks at the plugins that are installed beside itself; of one that is not, it
says nothing, and Ready does not wait for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from pagewire.configs import PluginError, read_config
from pagewire.resources import ConditionType, Reason
from pagewire.resources.plugins import Plugin
from pagewire_operator.model import Saying

from .ownership import listed
from .sayings import false, true, unknown

__all__ = ["NO_PLUGINS", "Installed", "InstalledPlugin", "plugins_configured"]

_ABOUT = ConditionType.PLUGINS_CONFIGURED
_LONGEST = 1024


class InstalledPlugin(Struct, frozen=True, kw_only=True):
    """A plugin beside the operator.

    Attributes:
        version: of its distribution.
        config: the struct its configuration is read into; ``None`` for a plain mapping.
        trouble: why it cannot be asked; empty if it can.
    """

    version: str
    config: type[Struct] | None = None
    trouble: str = ""


Installed = Mapping[str, InstalledPlugin]
"""By the plugin's name."""
NO_PLUGINS: Installed = MappingProxyType({})


def plugins_configured(uses: Sequence[Plugin], installed: Installed) -> Iterator[Saying]:
    """What to say of the plugins that an account names; nothing if it names none."""
    if not uses:
        return
    wrong = [said for use in uses if (said := _refused(use, installed))]
    unseen = [said for use in uses if (said := _unseen(use, installed))]
    if wrong:
        yield false(_ABOUT, Reason.PLUGIN_CONFIG_INVALID, "; ".join(wrong)[:_LONGEST])
    elif unseen:
        yield unknown(_ABOUT, Reason.PLUGIN_NOT_INSTALLED, "; ".join(unseen)[:_LONGEST])
    else:
        told = listed(f"{use.name} {installed[use.name].version}" for use in uses)
        yield true(_ABOUT, f"Every plugin takes its config: {told}.")


def _refused(use: Plugin, installed: Installed) -> str:
    found = installed.get(use.name)
    if found is None or found.trouble:
        return ""
    try:
        read_config(use.name, found.config, use.config)
    except PluginError as error:
        return f"{error} (plugin {use.name} {found.version})"
    return ""


def _unseen(use: Plugin, installed: Installed) -> str:
    found = installed.get(use.name)
    if found is None:
        return (
            f"plugin {use.name} is not installed beside the operator, so its config is checked by the gateway alone: "
            "`pagewire doctor` tells. Install its distribution in the operator's image, too, to have it checked here"
        )
    return found.trouble
