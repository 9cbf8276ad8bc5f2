"""Litestar without what it would load for types that are not ours."""

from litestar import Litestar
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin


class LightLitestar(Litestar):
    """An application of msgspec's structs alone.

    Litestar loads pydantic wherever another package brought it along, which takes 5 MB that nobody uses here. Should it find its
    plugins in another way one day, it loads them again, and all works as before.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]
