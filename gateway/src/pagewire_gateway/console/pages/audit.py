"""The audit log."""

from typing import Final

from litestar import get

from pagewire_gateway.access.rules import RULES
from pagewire_gateway.admin.audit import acts
from pagewire_gateway.admin.errors import AnyRequest
from pagewire_gateway.admin.gateway import GatewayHere
from pagewire_gateway.console.moods import OUTCOMES
from pagewire_gateway.console.render import Page, page

_PAGE: Final = 100
_ACTIONS: Final = sorted(
    {rule.action for rule in RULES.values() if rule.action} | {"session.login", "session.role", "person.reveal"}
)


@get("/console/audit")
async def audit(request: AnyRequest, gateway: GatewayHere) -> Page:
    """Who changed or saw what, the newest first."""
    asked = {name: request.query_params.get(name, "").strip() for name in ("name", "action", "before")}
    found = await acts(gateway, _PAGE, asked["before"] or None, asked["name"], asked["action"])
    rows = [(one, OUTCOMES[one.outcome]) for one in found.acts]
    return page(request, "audit.html", "Audit log", rows=rows, asked=asked, actions=_ACTIONS, before=found.before)


HANDLERS: Final = (audit,)
