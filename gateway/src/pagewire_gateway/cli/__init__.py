"""The command ``pagewire``. Each command is a module of its own, loaded when it is asked for."""

from pagewire_gateway.cli.root import main

__all__ = ["main"]
