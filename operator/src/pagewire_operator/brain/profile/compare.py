"""What differs between the profile of a spec and the one at Meta, and whose it is. Pure."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from pagewire.resources import ProfileFacts

from .form import ORDER, Wanted, canonical, digest

__all__ = ["Comparison", "compare", "facts_of"]


class Comparison(Struct, frozen=True, kw_only=True):
    """What would make the profile at Meta agree.

    Attributes:
        set: properties to set, in Meta's form.
        clear: properties to clear, in the order in which Meta lets them go.
        refused: properties that somebody else has set to another value, and that are not to be replaced.
        adopted: of `set` and `clear`, those that somebody else has set.
        drifted: of `set` and `clear`, those that were changed since we last agreed.
        agreed: properties that are as the spec says.
    """

    set: Mapping[str, Any]
    clear: tuple[str, ...]
    refused: tuple[str, ...]
    adopted: tuple[str, ...]
    drifted: tuple[str, ...]
    agreed: tuple[str, ...]

    @property
    def differs(self) -> tuple[str, ...]:
        """All properties that are not as the spec says."""
        return tuple(sorted({*self.set, *self.clear, *self.refused}))


def compare(wanted: Wanted, live: Mapping[str, Any], before: ProfileFacts | None, *, adopt: bool) -> Comparison:
    """Compare property by property.

    Args:
        wanted: what the spec names.
        live: what Meta has, by Meta's names.
        before: what the status says we own and last agreed with.
        adopt: whether what somebody else has set may be replaced.
    """
    owned = frozenset(before.managed if before and before.hash else ())
    differs = [name for name in wanted if canonical(name, live.get(name)) != canonical(name, wanted[name])]
    foreign = [name for name in differs if name not in owned and canonical(name, live.get(name)) is not None]
    refused = [] if adopt else foreign
    change = [name for name in differs if name not in refused]
    return Comparison(
        set={name: wanted[name] for name in change if wanted[name] is not None},
        clear=tuple(name for name in ORDER if name in change and wanted[name] is None),
        refused=tuple(sorted(refused)),
        adopted=tuple(sorted(foreign)) if adopt else (),
        drifted=tuple(sorted(owned.intersection(change))) if _same_spec(wanted, before) else (),
        agreed=tuple(sorted(set(wanted) - set(differs))),
    )


def facts_of(wanted: Wanted, live: Mapping[str, Any], before: ProfileFacts | None, *, adopt: bool) -> ProfileFacts:
    """What to remember: which properties are ours, and what they were when they last agreed."""
    found = compare(wanted, live, before, adopt=adopt)
    owned = [name for name in (before.managed if before else ()) if name in wanted]
    managed = sorted({*found.agreed, *owned})
    pending = set(managed) - set(found.agreed)
    agreed = digest({name: wanted[name] for name in managed}) if managed else None
    return ProfileFacts(
        hash=agreed if not pending else before.hash if before else None,
        managed=managed,
        unmanaged=sorted(name for name in live if name not in wanted and canonical(name, live[name]) is not None),
    )


def _same_spec(wanted: Wanted, before: ProfileFacts | None) -> bool:
    if before is None or before.hash is None:
        return False
    return digest({name: wanted[name] for name in before.managed if name in wanted}) == before.hash
