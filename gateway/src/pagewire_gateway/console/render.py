"""From what a page shows to its HTML."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from litestar import Response
from litestar.response import Redirect
from msgspec import Struct

from pagewire_gateway.access.callers import Caller, Role
from pagewire_gateway.admin import moments
from pagewire_gateway.admin.clock import now
from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.console import static, steps, words
from pagewire_gateway.console.menu import MENU, is_below

if TYPE_CHECKING:
    import jinja2

Page = Response[str]

HEADERS: Final = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    # With no-referrer, browsers send `Origin: null` with the console's own forms.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}
FORM: Final = "pagewire_form"
"""In a request's state: the fields of a form that was refused for its token alone."""
_FLASH: Final = "pagewire-flash"


class Flash(Struct, frozen=True):
    """A sentence that the next page says once."""

    text: str
    mood: Literal["good", "wait", "bad"] = "good"
    hint: str = ""


@cache
def _environment() -> "jinja2.Environment":
    # Many gateways run whose console nobody opens.
    import jinja2  # noqa: PLC0415

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("pagewire_gateway.console"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"static": static.address, "menu": MENU, "is_below": is_below}
    made.filters |= {
        "age": lambda at: words.age(at, now()),
        "rfc3339": lambda at: moments.show(words.millis(at)),
        "count": words.count,
        "mood": steps.mood_of,
        "span": words.span,
        "size": words.size,
        "json": lambda value: msgspec.json.format(msgspec.json.encode(value), indent=2).decode(),
    }
    return made


def page(request: AnyRequest, template: str, title: str, status: int = 200, **shown: Any) -> Page:
    """A whole page.

    Args:
        request: which asked for it.
        template: extends `base.html`.
        title: its heading.
        status: of HTTP.
        **shown: what the template shows.
    """
    flash = _flash(request)
    html = _render(request, template, {"title": title, "flash": flash, **shown})
    response = Response(html, status_code=status, media_type="text/html; charset=utf-8", headers=HEADERS)
    if flash:
        response.delete_cookie(_FLASH, path="/console")
    return response


def part(request: AnyRequest, template: str, **shown: Any) -> Page:
    """A part of a page, for htmx to put in its place."""
    return Response(_render(request, template, shown), media_type="text/html; charset=utf-8", headers=HEADERS)


def go(path: str, said: str, mood: Literal["good", "wait", "bad"] = "good", hint: str = "") -> Redirect:
    """Lead to another page, which says what was done."""
    response = Redirect(path, status_code=303)
    value = urlsafe_b64encode(msgspec.json.encode(Flash(said[:500], mood, hint[:500]))).decode()
    response.set_cookie(_FLASH, value, max_age=60, path="/console", httponly=True, samesite="strict")
    return response


async def fields(request: AnyRequest) -> Mapping[str, str]:
    """The fields of the form that was sent; of one that came several times, the last."""
    form = await request.form()
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def draw(request: AnyRequest, template: str, **shown: Any) -> str:
    """The HTML of a part of a page, for those who send it in their own way."""
    return _render(request, template, shown)


def _render(request: AnyRequest, template: str, shown: Mapping[str, Any]) -> str:
    caller: Caller | None = request.scope.get("user")
    common = {
        "me": caller,
        "may": partial(_may, caller),
        "csrf_token": request.scope["state"].get("csrf_token", ""),
        "here": request.url.path,
    }
    return _environment().get_template(template).render({**common, **shown})


def _may(caller: Caller | None, least: Role) -> bool:
    return caller is not None and caller.may(least)


def _flash(request: AnyRequest) -> Flash | None:
    try:
        return msgspec.json.decode(urlsafe_b64decode(request.cookies.get(_FLASH, "")), type=Flash)
    except (ValueError, msgspec.DecodeError):
        return None
