"""The usage headers of an answer (graph.md 9.2)."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.faults import Fault
from pagewire.simulator.graph.call import Call
from pagewire.simulator.meta import Meta
from pagewire.simulator.rates import Usage

_encode = msgspec.json.Encoder().encode
_APP_CODES = (4, 17)


def usage_headers(meta: Meta, call: Call) -> list[tuple[bytes, bytes]]:
    """``X-App-Usage`` and ``X-Business-Use-Case-Usage``, each only when there is something to report."""
    throttle = next((fault for fault in call.struck if fault.regain_minutes is not None), None)
    headers = []
    app = _app(meta, call, throttle)
    if app is not None:
        shown = msgspec.to_builtins(app)
        del shown["estimated_time_to_regain_access"]
        headers.append((b"x-app-usage", _encode(shown)))
    account = _account(meta, call, throttle)
    if account is not None:
        headers.append((b"x-business-use-case-usage", _encode(account)))
    return headers


def _app(meta: Meta, call: Call, throttle: Fault | None) -> Usage | None:
    if throttle is not None and throttle.code in _APP_CODES:
        return _full(0)
    return meta.rates.app_usage(call.app.id) if call.app is not None else None


def _account(meta: Meta, call: Call, throttle: Fault | None) -> dict[str, Any] | None:
    account = call.account
    if account is None:
        return None
    if throttle is not None:
        usage: Usage | None = _full(throttle.regain_minutes or 0)
    else:
        each = meta.rates.limits.daily_calls_per_person
        daily = None if each is None else meta.rates.daily(meta.state.people_of(account.id))
        usage = meta.rates.account_usage(account.id, daily, login=account.instagram_login)
    if usage is None:
        return None
    kind = "instagram" if account.object == "instagram" else "messenger"
    return {account.id: [{"type": kind, **msgspec.to_builtins(usage)}]}


def _full(minutes: int) -> Usage:
    return Usage(call_count=100, total_time=100, total_cputime=100, estimated_time_to_regain_access=minutes)
