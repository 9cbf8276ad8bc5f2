"""Which of the shipped plugins use a hook, and how: their own code is the example."""

import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from pagewire import hooks
from pagewire_gateway.plugins import Plugin, load

SHIPPED = ("auto-reply", "crm-sync", "logging")


@cache
def shipped() -> dict[str, Plugin]:
    """The shipped plugins, as the gateway loads them."""
    return load(found=[point for point in entry_points(group=hooks.ENTRY_POINT_GROUP) if point.name in SHIPPED])


def users(hook: str) -> list[str]:
    """The shipped plugins that implement a hook."""
    return [name for name, plugin in shipped().items() if hook in plugin.hooks]


def example(hook: str) -> str:
    """How the first of them does it."""
    found = users(hook)
    if not found:
        return ""
    links = ", ".join(f"[{name}](plugins/{name}.md)" for name in found)
    return f"Used by {links}. In {found[0]}:\n\n```python\n{_source(shipped()[found[0]].hooks[hook].function)}```\n"


def _source(function: Callable[..., Any]) -> str:
    return textwrap.dedent(inspect.getsource(function))
