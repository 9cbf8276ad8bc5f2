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
_USE_CASES = {80001: "pages", 80002: "instagram", 80006: "messenger"}


def usage_headers(meta: Meta, call: Call) -> list[tuple[bytes, bytes]]:
    """``X-App-Usage``, ``X-Page-Usage`` and ``X-Business-Use-Case-Usage``, each when there is something to report."""
    throttle = next((fault for fault in call.struck if fault.regain_minutes is not None), None)
    headers = []
    app = _app(meta, call, throttle)
    if app is not None:
        headers.append((b"x-app-usage", _platform(app)))
    page = _page(meta, call)
    if page is not None:
        headers.append((b"x-page-usage", _platform(page)))
    account = _use_case(meta, call, throttle)
    if account:
        headers.append((b"x-business-use-case-usage", _encode(account)))
    return headers


def _platform(usage: Usage) -> bytes:
    shown = msgspec.to_builtins(usage)
    del shown["estimated_time_to_regain_access"]
    return _encode(shown)


def _app(meta: Meta, call: Call, throttle: Fault | None) -> Usage | None:
    if throttle is not None and throttle.code in _APP_CODES:
        return _full(0)
    found = (meta.state.quotas.get(scope, about) for scope, about in call.touched if scope in ("app", "user"))
    highest = max((u for u in found if u is not None), key=lambda u: u.call_count, default=None)
    if highest is not None:
        return highest
    return meta.rates.app_usage(call.app.id, meta.clock.now()) if call.app is not None else None


def _page(meta: Meta, call: Call) -> Usage | None:
    found = (meta.state.quotas.get(scope, about) for scope, about in call.touched if scope == "page")
    return next((usage for usage in found if usage is not None), None)


def _use_case(meta: Meta, call: Call, throttle: Fault | None) -> dict[str, Any]:
    shown = {about: found for _, about in call.touched if (found := meta.state.quotas.use_cases(about))}
    account = call.account
    if account is None:
        return shown
    kind = "instagram" if account.object == "instagram" else "messenger"
    if throttle is not None:
        kind = _USE_CASES.get(throttle.code, kind)
        usage: Usage | None = _full(throttle.regain_minutes or 0)
    else:
        each = meta.rates.limits.daily_calls_per_person
        daily = None if each is None else meta.rates.daily(meta.state.people_of(account.id))
        usage = meta.rates.account_usage(account.id, daily, meta.clock.now(), login=account.instagram_login)
    if usage is not None and account.id not in shown:
        shown[account.id] = [{"type": kind, **msgspec.to_builtins(usage)}]
    return shown


def _full(minutes: int) -> Usage:
    return Usage(call_count=100, total_time=100, total_cputime=100, estimated_time_to_regain_access=minutes)
