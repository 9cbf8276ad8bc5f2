"""A limit over a sliding window, as strict as one can be: refused calls count and prolong it (graph.md 9.2). Pure."""

from __future__ import annotations

from collections import deque


class Windows:
    """Calls of the last seconds, by whom they were made for."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[float]] = {}

    def clear(self) -> None:
        """Forget every call."""
        self._calls.clear()

    def take(self, who: str, amount: int | None, seconds: float, now: float) -> bool:
        """Count a call at ``now``; False when there were ``amount`` within the last ``seconds`` already."""
        if amount is None:
            return True
        calls = self._calls.setdefault(who, deque())
        calls.append(now)
        while calls[0] <= now - seconds or len(calls) > amount + 1:
            calls.popleft()
        return len(calls) <= amount
