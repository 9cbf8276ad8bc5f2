"""``POST /{page-id|ig-id|me}/messages``: the Send API, from the request to what follows an accepted message."""

from __future__ import annotations

from pagewire.simulator import errors, send
from pagewire.simulator.accept import accept
from pagewire.simulator.allowance import use_rates
from pagewire.simulator.announce import Accepted, announce, echo_delivered
from pagewire.simulator.errors import Refusal, Refused
from pagewire.simulator.facts import Facts, variant_of
from pagewire.simulator.faults import Fault
from pagewire.simulator.graph import access, limits
from pagewire.simulator.graph.answer import Answer, ok, refused
from pagewire.simulator.graph.call import Call
from pagewire.simulator.graph.spoil import echo_plan, refusal_of, spoil
from pagewire.simulator.ledger import RefusedCall
from pagewire.simulator.meta import Meta
from pagewire.simulator.order import Order, read_order
from pagewire.simulator.stored import Comment, OptIn
from pagewire.simulator.utility import Template
from pagewire.simulator.world import Account

_ECHO_PATIENCE = 10.0


async def send_message(meta: Meta, call: Call) -> Answer:
    """Answer one Send API call."""
    spoiler, order = call.spoiler, Order()
    try:
        order = read_order(call.params, call.upload)
        if spoiler is not None and not spoiler.accept:
            return _eaten(meta, call, order, spoiler)
        caller = access.account_of(meta, call, errors.TOKEN_MISSING)
        facts = gather(meta, caller, order)
        call.account = facts.account
        _permit(caller, facts.account, order)
        limits.use_messaging(meta, call, facts.account)
        content = send.check(order, facts)
        use_rates(meta, facts, order, content)
        accepted = accept(meta, order, facts, content, echo_plan(call))
    except Refused as error:
        _note(meta, call, order, error.refusal)
        return refused(error.refusal, meta.ids.trace())
    answer = await _accepted(meta, accepted)
    return answer if spoiler is None else spoil(spoiler, meta.ids, answer, accepted.conversation.person)


def _permit(caller: access.Caller, account: Account, order: Order) -> None:
    access.permit(caller, account)
    if order.messaging_type == "UTILITY" and "page_utility_messaging" not in caller.scopes:
        raise Refused(errors.NO_PERMISSION)


def gather(meta: Meta, caller: access.Caller, order: Order) -> Facts:
    """What is known about the recipient of an order."""
    page = caller.account
    if page is None:
        raise Refused(errors.PAGE_TOKEN_REQUIRED)
    variant = variant_of(order)
    comment = _comment(meta, order, variant)
    account = addressed(meta, page, order, comment)
    if comment is not None and comment.account_id != account.id:
        comment = None
    optin = _optin(meta, order, account)
    scoped = _scoped(meta, order, variant, comment, optin)
    return Facts(
        app=caller.app,
        account=account,
        variant=variant,
        conversation=meta.state.conversation(account.id, scoped) if scoped else None,
        comment=comment,
        optin=optin,
        template=_template(meta, order, account),
        personas=meta.state.personas_of(account),
        now_ms=meta.clock.now_ms(),
    )


def _scoped(meta: Meta, order: Order, variant: str | None, comment: Comment | None, optin: OptIn | None) -> str | None:
    if variant == "user_ref":
        return meta.state.user_refs.get(str((order.recipient or {})["user_ref"]))
    if comment is not None:
        return comment.person
    return optin.person if optin is not None else order.recipient_id


def _optin(meta: Meta, order: Order, account: Account) -> OptIn | None:
    found = meta.state.optins.get(str((order.recipient or {}).get("notification_messages_token") or ""))
    return found if found is not None and found.account_id == account.id else None


def _template(meta: Meta, order: Order, account: Account) -> Template | None:
    wanted = (order.message or {}).get("template")
    language = wanted.get("language") if isinstance(wanted, dict) else None
    if not isinstance(wanted, dict) or not isinstance(language, dict):
        return None
    return meta.state.template(account.id, str(wanted.get("name")), str(language.get("code")))


def _comment(meta: Meta, order: Order, variant: str | None) -> Comment | None:
    if variant not in ("comment_id", "post_id"):
        return None
    return meta.state.comments.get(str((order.recipient or {})[variant]))


def addressed(meta: Meta, page: Account, order: Order, comment: Comment | None = None) -> Account:
    """The Page itself, or its Instagram account when the recipient is a person from there."""
    if page.object == "instagram":
        return page
    scoped = order.recipient_id
    known = meta.state.by_scoped.get(scoped) if scoped else None
    owner = known[0].id if known is not None else comment.account_id if comment is not None else page.id
    if owner == page.id:
        return page
    linked = meta.state.instagram_of(page.id)
    return linked if linked is not None and linked.id == owner else page


async def _accepted(meta: Meta, accepted: Accepted) -> Answer:
    answer = ok(accepted.body())
    answer.send = accepted.send
    if accepted.echo.first and accepted.message is not None:
        announce(meta, accepted)
        await echo_delivered(meta, accepted.message.mid, _ECHO_PATIENCE)
    else:
        answer.then = lambda: announce(meta, accepted)
    return answer


def _eaten(meta: Meta, call: Call, order: Order, fault: Fault) -> Answer:
    """A fault answers in the place of a call that is not looked at."""
    refusal = refusal_of(fault) if fault.kind in ("error", "error_in_200") else None
    answer = spoil(fault, meta.ids, None, order.recipient_id)
    status = None if answer.lost else answer.status
    _note(meta, call, order, refusal, status=status, fault=fault.kind.value)
    return answer


def _note(
    meta: Meta,
    call: Call,
    order: Order,
    refusal: Refusal | None,
    *,
    status: int | None = None,
    fault: str | None = None,
) -> None:
    ledger = meta.ledger
    ledger.add_refused(
        RefusedCall(
            number=ledger.refused_total + 1,
            time=meta.clock.now_ms(),
            account=call.account.id if call.account is not None else call.segments[0],
            recipient=order.recipient,
            metadata=order.metadata,
            status=refusal.status if refusal is not None else status,
            code=refusal.code if refusal is not None else None,
            subcode=refusal.subcode if refusal is not None else None,
            reason=refusal.message if refusal is not None else "",
            fault=fault,
        )
    )
