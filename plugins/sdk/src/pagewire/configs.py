"""An account's configuration for a plugin: one rule for gateway and operator, so that neither takes what the other refuses."""

from typing import Any

import msgspec
from msgspec import Struct

from pagewire.resources.explain import explain

__all__ = ["PluginError", "read_config"]


class PluginError(Exception):
    """A plugin does not keep the contract, or refuses its configuration."""


def read_config(name: str, config: type[Struct] | None, raw: Any) -> Any:
    """Read an account's configuration for a plugin.

    Args:
        name: of the plugin, for messages.
        config: the plugin's ``Config``; ``None`` for a plain mapping.
        raw: JSON as `msgspec.Raw`, or what such JSON decodes to; ``None`` for no configuration.

    Raises:
        PluginError: naming the field that does not fit.
    """
    try:
        given = msgspec.json.decode(raw) if isinstance(raw, msgspec.Raw) else raw
        if config is None:
            return given or {}
        return msgspec.convert({} if given is None else given, config, str_keys=True)
    except msgspec.ValidationError as error:
        raise PluginError(f"config of plugin {name}: {_said(error, config or Struct)}") from error
    except Exception as error:  # a struct's own check may raise anything
        said = str(error) if isinstance(error, ValueError | TypeError) else f"{type(error).__name__}: {error}"
        raise PluginError(f"config of plugin {name}: {said}") from error


def _said(error: msgspec.ValidationError, config: type[Struct]) -> str:
    # A struct's own check speaks for itself; msgspec's sentences about shapes are put into the words of manifests.
    own = error.__cause__
    return str(own) if isinstance(own, ValueError) else str(explain(error, config).problem)
