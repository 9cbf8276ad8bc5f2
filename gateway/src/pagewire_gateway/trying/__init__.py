"""A whole gateway in this process with a simulated Meta beside it: for tests of plugins, and for trying one in the chat page."""

from pagewire_gateway.trying.running import PAGE, Tried, trying

__all__ = ["PAGE", "Tried", "trying"]
