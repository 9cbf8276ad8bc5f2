"""Whether a plugin's functions fit the hooks they name, and what was probably meant. Pure."""

import inspect
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any

from pagewire import hooks

_MARK = "pagewire_impl"
"""What `pagewire.hookimpl` leaves on a function."""


def version_of_api(subject: Any) -> int:
    """The version of the contract that a plugin was written for; 1 if it does not say.

    Raises:
        ValueError: this SDK does not speak it; says what to do.
    """
    stated = getattr(subject, "api_version", 1)
    if not isinstance(stated, int) or isinstance(stated, bool):
        raise ValueError(f"api_version is {stated!r}; write a whole number, such as {hooks.API_VERSION}")  # noqa: TRY004
    spoken = f"this gateway speaks {', '.join(map(str, hooks.API_VERSIONS))}"
    if stated > hooks.API_VERSION:
        raise ValueError(f"it was written for plugin API {stated}; {spoken}: upgrade it")
    if stated not in hooks.API_VERSIONS:
        raise ValueError(f"plugin API {stated} is not spoken any more; {spoken}: upgrade the plugin")
    return stated


def arguments_of(hook: str) -> tuple[str, ...]:
    """What a hook is given."""
    return tuple(inspect.signature(getattr(hooks, hook)).parameters)


def implementations(subject: Any) -> dict[str, tuple[Callable[..., Any], tuple[str, ...]]]:
    """The hooks a plugin implements, each with its function and the arguments that it asks for.

    Args:
        subject: the plugin: a module or an object.
    """
    found = {}
    for name in dir(subject):
        function = getattr(subject, name, None)
        mark = getattr(function, _MARK, None)
        if callable(function) and isinstance(mark, dict):
            found[mark.get("specname") or name] = (function, _asked(function))
    return found


def _asked(function: Callable[..., Any]) -> tuple[str, ...]:
    parameters = inspect.signature(function).parameters.items()
    return tuple(name for name, one in parameters if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD)


def mistakes(subject: Any) -> Iterator[str]:
    """What is wrong with the hooks a plugin implements, each with what to write instead.

    Args:
        subject: the plugin: a module or an object.
    """
    for name in dir(subject):
        function = getattr(subject, name, None)
        mark = getattr(function, _MARK, None)
        if callable(function) and isinstance(mark, dict):
            yield from _of_hook(mark.get("specname") or name, function)


def _of_hook(hook: str, function: Callable[..., Any]) -> Iterator[str]:
    if hook not in hooks.HOOKS:
        yield f"{hook} is no hook; {_meant(hook, hooks.HOOKS) or 'docs/reference/hooks.md lists them all'}"
        return
    given = arguments_of(hook)
    for name, parameter in inspect.signature(function).parameters.items():
        asked = parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        if asked and name not in given:
            listed = " and ".join(given) or "nothing"
            yield f"{hook} is given {listed}, not {name}; {_meant(name, given) or 'leave it out'}"


def _meant(name: str, choices: tuple[str, ...]) -> str:
    near = get_close_matches(name, choices, n=1)
    return f"did you mean {near[0]}?" if near else ""
