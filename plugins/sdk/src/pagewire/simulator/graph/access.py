"""Who calls, and may they? Tokens, proofs, and the object in the path (appendix A step 1; graph.md 1.6, 2)."""

from __future__ import annotations

import msgspec

from pagewire.simulator import errors
from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.graph import limits
from pagewire.simulator.graph.call import Call
from pagewire.simulator.identity import refusals, secrets
from pagewire.simulator.identity.model import ALL_TASKS, Holder
from pagewire.simulator.identity.scopes import MESSAGING_TASKS
from pagewire.simulator.identity.standing import refusal, standing
from pagewire.simulator.meta import Meta
from pagewire.simulator.world import Account, App, Token
from pagewire.surfaces import Surface, surface_of


class Caller(msgspec.Struct, kw_only=True):
    """A call whose token is good.

    Attributes:
        app: the app of the token.
        token: the token; None for an app token.
        account: the Page or Instagram account the token stands for.
        holder: the person or system user it speaks for, if the world knows them.
        scopes: what may be done with it now; for a Page's token, with that Page.
        tasks: what the person behind a Page's token may do there.
        client: whether it is a client token, which opens next to nothing.
    """

    app: App
    token: Token | None
    account: Account | None
    holder: Holder | None = None
    scopes: frozenset[str] = frozenset()
    tasks: frozenset[str] = ALL_TASKS
    client: bool = False


def authenticate(meta: Meta, call: Call, missing: Refusal = errors.TOKEN_REQUIRED, *, client: bool = False) -> Caller:
    """Check the token, its family, its life, the ``appsecret_proof``, and the allowances it uses.

    Args:
        meta: the simulated company.
        call: the call.
        missing: the refusal when there is no token at all.
        client: whether a client token will do.

    Raises:
        Refused: 190, 104, 100 for a proof, or the code of an allowance that is used up.
    """
    if call.token is None:
        raise Refused(missing)
    caller = _known(meta, call, call.token)
    if caller.client and not client:
        raise Refused(errors.TOKEN_UNREADABLE)
    call.app, call.account = caller.app, caller.account
    if caller.token is not None:
        _stand(meta, caller, caller.token)
    _proof(meta, call, caller)
    limits.use(meta, call, caller.token)
    return caller


def _known(meta: Meta, call: Call, value: str) -> Caller:
    token = meta.state.tokens.get(value)
    if token is None:
        return _app_caller(meta, call, value)
    app = meta.state.apps.get(token.app_id)
    if app is None or (token.type == "INSTAGRAM") != (call.host == "instagram"):
        raise Refused(errors.TOKEN_UNREADABLE)
    account = meta.state.accounts.get(token.account_id) if token.account_id else None
    return Caller(app=app, token=token, account=account, holder=meta.state.identity.holder(token.user_id))


def _app_caller(meta: Meta, call: Call, value: str) -> Caller:
    app = meta.state.app_of_token(value)
    client = secrets.app_of_client_token(meta.state.apps, value) if app is None else None
    known = app or client
    if known is None or call.host == "instagram":
        raise Refused(errors.TOKEN_UNREADABLE)
    return Caller(app=known, token=None, account=None, client=client is not None)


def _stand(meta: Meta, caller: Caller, token: Token) -> None:
    now = meta.clock.now()
    refused = refusal(meta.state, token, now)
    if refused is not None:
        raise Refused(refused)
    stands = standing(meta.state, token, now)
    caller.scopes, caller.tasks = stands.scopes, stands.tasks


def _proof(meta: Meta, call: Call, caller: Caller) -> None:
    given = call.text("appsecret_proof")
    if given is None:
        if caller.app.require_proof:
            raise Refused(errors.PROOF_MISSING)
        return
    instagram = caller.token is not None and caller.token.type == "INSTAGRAM"
    accepted = secrets.secrets_of(caller.app, instagram=instagram)
    if not secrets.proves(accepted, call.token or "", given, call.text("appsecret_time"), meta.clock.now()):
        raise Refused(errors.PROOF_INVALID)


def proven(call: Call) -> None:
    """Refuse a call without ``appsecret_proof`` on the edges that always want one (graph.md 1.6).

    Raises:
        Refused: 100.
    """
    if call.text("appsecret_proof") is None:
        raise Refused(errors.PROOF_MISSING)


def account_of(meta: Meta, call: Call, missing: Refusal = errors.TOKEN_REQUIRED) -> Caller:
    """The caller of an edge of a Page or Instagram account, which the first path segment names.

    Raises:
        Refused: as ``authenticate``; 210 without an account's token, 100/33 for another object than its own.
    """
    caller = authenticate(meta, call, missing)
    if caller.token is None or caller.token.type in ("USER", "SYSTEM_USER"):
        raise Refused(errors.PAGE_TOKEN_REQUIRED)
    if caller.account is None or call.segments[0] not in ("me", caller.account.id):
        raise Refused(errors.no_object(call.method, call.segments[0]))
    return caller


_NEEDED = {
    Surface.MESSENGER: frozenset({"pages_messaging"}),
    Surface.INSTAGRAM: frozenset({"instagram_basic", "instagram_manage_messages", "pages_manage_metadata"}),
    Surface.INSTAGRAM_LOGIN: frozenset({"instagram_business_basic", "instagram_business_manage_messages"}),
}
"""Permissions that messaging needs (outbound.md 1.1)."""


def permit(caller: Caller, account: Account) -> None:
    """Refuse a token without the messaging permission of this account, or a person without the task.

    Raises:
        Refused: 230 on Messenger, 10 on Instagram, 190/492 without the task (outbound.md 1.1, graph.md 8).
    """
    missing = (
        _NEEDED[surface_of(account.object, "instagram" if account.instagram_login else "facebook")] - caller.scopes
    )
    if missing:
        raise Refused(errors.NEEDS_PAGES_MESSAGING if account.object == "page" else errors.NO_PERMISSION)
    if not MESSAGING_TASKS & caller.tasks:
        raise Refused(refusals.NO_ROLE)
