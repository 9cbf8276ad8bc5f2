"""What each scope has used, and whether a call may be made now or how much later. Pure: the time is given.

Three things can hold a call back: our own allowance, what Meta's usage headers tell, and a refusal for too many
calls. After a refusal the scope stays shut for a while and is then tried with one call at a time until one succeeds,
as calls made while throttled prolong it (Meta, Rate limits).
"""

from collections.abc import Iterable, Iterator, Mapping

from pagewire.graph.admin.allowances import Allowance, Bucket, Window
from pagewire.graph.admin.scopes import Limits, Priority, Scope, ScopeKind
from pagewire.graph.admin.served import Served
from pagewire.graph.usage import Usage

__all__ = ["Ledger"]

_SLOW_FROM = 70.0
_STOP_AT = 95.0
_SLOWEST = 0.1
_PROBE = 10.0  # seconds after which a trial call without an outcome no longer blocks the next
_LOOK_AGAIN = 3600.0  # no figure of Meta's keeps a scope from one look an hour
_SWEEP_EVERY = 1024
# Over what Meta counts: without calls of ours its figure falls to nothing in that time.
_WINDOWS = {
    ScopeKind.APP: 3_600.0,
    ScopeKind.USER: 3_600.0,
    ScopeKind.OBJECT: 86_400.0,
    ScopeKind.PROFILE: 86_400.0,
}


class _Place:
    """The state of one scope."""

    __slots__ = ("allowance", "closings", "level", "level_at", "reopens", "shut_at")

    def __init__(self, allowance: Allowance) -> None:
        self.allowance = allowance
        self.level, self.level_at = 0.0, 0.0
        self.closings, self.shut_at, self.reopens = 0, float("-inf"), float("-inf")


class Ledger:
    """The books of one process.

    Args:
        limits: our own allowances.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places: dict[Scope, _Place] = {}
        self._taken = 0

    def wait(self, scopes: Iterable[Scope], priority: Priority, now: float) -> float:
        """Seconds until a call that passes all of `scopes` may be made; 0 for now. Takes nothing."""
        return max((self._wait(scope, self._place(scope), priority, now) for scope in scopes), default=0.0)

    def take(self, scopes: Iterable[Scope], now: float) -> None:
        """Count one call; ask `wait` first."""
        for scope in scopes:
            place = self._place(scope)
            place.allowance.take(now)
            if place.closings:
                place.reopens = max(place.reopens, now + _PROBE)
        self._taken += 1
        if self._taken % _SWEEP_EVERY == 0:
            self._sweep(now)

    def learn(self, scopes: Iterable[Scope], served: Served, now: float) -> None:
        """Note the usage that an answer tells."""
        for scope in scopes:
            for usage in _told(scope, served):
                place = self._place(scope)
                place.level, place.level_at = usage.peak, now
                if usage.regain_access:
                    place.reopens = max(place.reopens, now + usage.regain_access)

    def refused(self, scope: Scope, taken: float, now: float, least: float, jitter: float) -> None:
        """Note that Meta refused for too many calls.

        Args:
            scope: whose calls were too many.
            taken: when the call was counted; one that began before the scope was shut says nothing new.
            now: the time.
            least: seconds that Meta asks to wait, if it does.
            jitter: from 0 to 1, so that not all processes come back at once.
        """
        place = self._place(scope)
        if taken < place.shut_at:
            return
        first, longest = self._limits.pause_first, self._limits.pause_longest
        pause = min(first * 2.0 ** min(place.closings, 32), longest) * (1.0 + jitter / 4)
        place.closings, place.shut_at = place.closings + 1, now
        place.reopens = now + max(pause, least)

    def answered(self, scopes: Iterable[Scope], taken: float) -> None:
        """Note that Meta took a call: a scope that was shut before it is open again."""
        for scope in scopes:
            place = self._places.get(scope)
            if place is not None and place.closings and taken >= place.shut_at:
                place.closings = 0
                if place.reopens <= taken + _PROBE:  # else Meta itself asked for more patience meanwhile
                    place.reopens = taken

    def levels(self, kind: ScopeKind, now: float) -> Mapping[str, float]:
        """Percent of Meta's allowance in use, for all scopes of a kind that it told one for."""
        return {
            scope.key: round(level, 1)
            for scope, place in self._places.items()
            if scope.kind is kind and (level := _level(scope, place, now)) > 0
        }

    def shut(self, now: float) -> Mapping[ScopeKind, int]:
        """How many scopes of each kind are shut."""
        counts = dict.fromkeys(ScopeKind, 0)
        for scope, place in self._places.items():
            counts[scope.kind] += place.reopens > now
        return counts

    def __len__(self) -> int:
        return len(self._places)

    def _wait(self, scope: Scope, place: _Place, priority: Priority, now: float) -> float:
        level = _level(scope, place, now)
        above = max(0.0, level - priority.ceiling) / 100.0 * _WINDOWS[scope.kind]
        ours = place.allowance.wait(now, priority.leaves, _pace(level))
        return max(place.reopens - now, min(above, _LOOK_AGAIN + place.level_at - now), ours, 0.0)

    def _place(self, scope: Scope) -> _Place:
        place = self._places.get(scope)
        if place is None:
            place = self._places[scope] = _Place(self._allowance(scope.kind))
        return place

    def _allowance(self, kind: ScopeKind) -> Allowance:
        limits = self._limits
        match kind:
            case ScopeKind.APP:
                return Bucket(limits.app_per_second, limits.app_burst)
            case ScopeKind.USER:
                return Bucket(limits.user_per_second, limits.user_burst)
            case ScopeKind.OBJECT:
                return Bucket(limits.object_per_second, limits.object_burst)
            case ScopeKind.PROFILE:
                return Window(limits.profile_calls, limits.profile_window)

    def _sweep(self, now: float) -> None:
        idle = [
            scope
            for scope, place in self._places.items()
            if place.reopens <= now
            and not place.closings
            and not _level(scope, place, now)
            and place.allowance.full(now)
        ]
        for scope in idle:
            del self._places[scope]


def _level(scope: Scope, place: _Place, now: float) -> float:
    """Meta's figure, less what has fallen out of its window since."""
    return max(0.0, place.level - 100.0 * (now - place.level_at) / _WINDOWS[scope.kind]) if place.level else 0.0


def _pace(level: float) -> float:
    """How fast our own allowance comes back while Meta's runs low."""
    if level <= _SLOW_FROM:
        return 1.0
    return max(_SLOWEST, 1.0 - (1.0 - _SLOWEST) * (level - _SLOW_FROM) / (_STOP_AT - _SLOW_FROM))


def _told(scope: Scope, served: Served) -> Iterator[Usage]:
    found: list[Usage] = []
    if scope.kind is ScopeKind.APP and served.app is not None:
        found.append(served.app)
    if scope.kind is ScopeKind.OBJECT and served.page is not None:
        found.append(served.page)
    if scope.kind in {ScopeKind.OBJECT, ScopeKind.PROFILE}:
        messenger = scope.kind is ScopeKind.PROFILE
        found += [one.usage for one in served.objects if one.id == scope.key and (one.type == "messenger") is messenger]
    if found:
        yield max(found, key=lambda usage: (usage.regain_access, usage.peak))
