"""Whether a configuration needs a hook at all: what it does not need costs nothing."""

import logging
from typing import Any

log = logging.getLogger(__name__)

_said: set[tuple[type, str]] = set()


def needs(config: Any, hook: str) -> bool:
    """Ask a configuration, see `pagewire.hooks`; one that does not say, or fails to, needs every hook."""
    asked = getattr(config, "needs", None)
    if not callable(asked):
        return True
    try:
        return bool(asked(hook))
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises concerns that plugin alone
        _complain(type(config), hook, error)
        return True


def _complain(config: type, hook: str, error: Exception) -> None:
    # Once: this is asked for every event and every reply.
    if (config, hook) not in _said:
        _said.add((config, hook))
        log.warning(
            "%s.%s.needs(%r) raised %s; the hook is called",
            config.__module__,
            config.__name__,
            hook,
            type(error).__name__,
        )
