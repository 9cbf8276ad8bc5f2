"""Usage of Meta's allowances as a test sets it: shown in headers, refused from 100 percent on (graph.md 9)."""

from __future__ import annotations

from typing import Literal

import msgspec

from pagewire.simulator.rates import Usage

Scope = Literal["app", "user", "page", "custom", "pages", "instagram", "messenger"]
"""The regimes: ``app`` 4, ``user`` 17, ``page`` 32 (a person's token on a Page), ``custom`` 613, and the Business Use
Case ones of Page and system user tokens: ``pages`` 80001, ``instagram`` 80002, ``messenger`` 80006."""

BUSINESS_USE_CASES: tuple[Scope, ...] = ("pages", "instagram", "messenger")

Touched = list[tuple[Scope, str]]
"""The allowances that one call uses: regime and the id of the app, person or account."""


class Quotas:
    """What is used of every allowance that a test set, in percent."""

    def __init__(self) -> None:
        self._set: dict[tuple[Scope, str], Usage] = {}

    def clear(self) -> None:
        """Forget all of it."""
        self._set.clear()

    def set(self, scope: Scope, about: str, percent: int | None, regain_minutes: int = 0) -> None:
        """Set the use of one allowance; None percent forgets it."""
        if percent is None:
            self._set.pop((scope, about), None)
            return
        minutes = regain_minutes if scope in BUSINESS_USE_CASES else 0
        self._set[scope, about] = Usage(
            call_count=percent,
            total_time=percent,
            total_cputime=percent,
            estimated_time_to_regain_access=minutes,
        )

    def get(self, scope: Scope, about: str) -> Usage | None:
        """The use of one allowance, or None when no test said."""
        return self._set.get((scope, about)) if self._set else None

    def exhausted(self, touched: Touched) -> Scope | None:
        """The first of these allowances that is used up."""
        if not self._set:
            return None
        for scope, about in touched:
            usage = self._set.get((scope, about))
            if usage is not None and usage.call_count >= 100:
                return scope
        return None

    def use_cases(self, about: str) -> list[dict[str, object]]:
        """The entries of ``X-Business-Use-Case-Usage`` for one Page or account."""
        found = ((scope, self.get(scope, about)) for scope in BUSINESS_USE_CASES)
        return [{"type": scope, **msgspec.to_builtins(usage)} for scope, usage in found if usage is not None]
