"""Which allowances a call uses, and whether one of them is used up (graph.md 9.1)."""

from __future__ import annotations

from pagewire.simulator.errors import Refused
from pagewire.simulator.graph.call import Call
from pagewire.simulator.identity.quota import Scope, Touched
from pagewire.simulator.identity.refusals import QUOTAS
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account, Token

_MESSAGING = frozenset(
    {"message_attachments", "messenger_profile", "custom_user_settings", "conversations", "thread_owner"}
)


def use(meta: Meta, call: Call, token: Token | None) -> None:
    """Note what a call uses; app and person tokens meet platform limits, the others Business Use Case ones.

    Raises:
        Refused: the code of the first allowance that is used up.
    """
    call.touched = _platform(meta, call, token) if _personal(token) else _business(meta, call)
    _check(meta, call)


def use_messaging(meta: Meta, call: Call, account: Account) -> None:
    """The same for a message, whose Page may turn out to be an Instagram account.

    Raises:
        Refused: 80006, or 80002 on Instagram.
    """
    call.touched = [*call.touched, ("instagram" if account.object == "instagram" else "messenger", account.id)]
    _check(meta, call)


def _check(meta: Meta, call: Call) -> None:
    exhausted = meta.state.quotas.exhausted(call.touched)
    if exhausted is not None:
        raise Refused(QUOTAS[exhausted])


def _personal(token: Token | None) -> bool:
    return token is None or token.type == "USER"


def _platform(meta: Meta, call: Call, token: Token | None) -> Touched:
    touched: Touched = []
    if call.app is not None:
        touched += [("app", call.app.id), ("custom", call.app.id)]
    if token is not None:
        touched.append(("user", token.user_id))
    account = meta.state.accounts.get(call.segments[0]) if call.segments else None
    if account is not None:
        touched += [("page", account.id), ("custom", account.id)]
    return touched


def _business(meta: Meta, call: Call) -> Touched:
    account = call.account or (meta.state.accounts.get(call.segments[0]) if call.segments else None)
    touched: Touched = [("custom", call.app.id)] if call.app is not None else []
    if account is None:
        return touched
    touched.append(("custom", account.id))
    edge = call.segments[1] if len(call.segments) > 1 else ""
    if edge == "messages":  # decided once the recipient is known
        return touched
    return [*touched, (_use_case(account, edge), account.id)]


def _use_case(account: Account, edge: str) -> Scope:
    if account.object == "instagram":
        return "instagram"
    return "messenger" if edge in _MESSAGING or edge.endswith("_thread_control") else "pages"
