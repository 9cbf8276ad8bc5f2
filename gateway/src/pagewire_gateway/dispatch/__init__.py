"""Events from the journal to the plugins: one lane a plugin, in order conversation by conversation."""

from pagewire_gateway.dispatch.dispatcher import Dispatcher

__all__ = ["Dispatcher"]
