"""What calls of plugins come to besides their own exceptions. Pure."""


class PluginLeft(Exception):
    """A hook raised what is meant to end a task or the program, such as ``sys.exit``; its cause says what."""
