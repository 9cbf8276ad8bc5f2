"""Options that several commands share, and values they take."""

import functools
import time
from collections.abc import Callable
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import click
from click.core import ParameterSource

from pagewire_gateway.admin import moments
from pagewire_gateway.cli.client import AdminClient

F = TypeVar("F", bound=Callable[..., Any])

ADMIN = "http://127.0.0.1:9090"
ADMIN_VARIABLE = "PAGEWIRE_ADMIN_URL"


def admin_options(command: F) -> F:
    """``--admin`` and ``--admin-token``; the command gets an `AdminClient` as ``client``."""

    @functools.wraps(command)
    def with_client(*args: Any, admin: str, admin_token: str | None, **kwargs: Any) -> Any:
        return command(*args, client=AdminClient(admin, admin_token), **kwargs)

    token = click.option(
        "--admin-token",
        envvar="PAGEWIRE_ADMIN_TOKEN",
        show_envvar=True,
        metavar="TOKEN",
        help="Token of the admin port. Prefer the variable: other users of the machine can read command lines.",
    )
    url = click.option(
        "--admin",
        envvar=ADMIN_VARIABLE,
        show_envvar=True,
        default=ADMIN,
        show_default=True,
        type=Url(),
        help="Admin port of the gateway.",
    )
    return cast("F", url(token(with_client)))


class Url(click.ParamType[str]):
    """The address of a port, such as ``http://127.0.0.1:9090``."""

    name = "URL"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check it."""
        text = str(value)
        try:
            parts = urlsplit(text)
            usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            self.fail(f"{text!r} is no address; write it as in {ADMIN}", param, ctx)
        return text


class Moment(click.ParamType[str]):
    """A time: RFC 3339, or how long ago, such as ``2h`` or ``1h30m``. Becomes RFC 3339."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read it."""
        text = str(value)
        try:
            return moments.asked(text, int(time.time() * 1000))
        except ValueError as error:
            self.fail(f"{error}, or how long ago, as in 2h", param, ctx)


def was_given(ctx: click.Context, name: str) -> bool:
    """Whether an option was set on the command line or in the environment, and not left at its default."""
    return ctx.get_parameter_source(name) not in (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP, None)
