"""Takes back from an account what its resource put there, each part as far as it goes, and names what stays."""

from collections.abc import Awaitable, Callable, Iterable, Sequence

from msgspec import Struct

from pagewire.graph.admin import AdminError
from pagewire_operator.brain.departure import taken_back
from pagewire_operator.brain.ownership import listed
from pagewire_operator.brain.profile import ORDER, canonical, wanted_of
from pagewire_operator.brain.translate import trouble_of
from pagewire_operator.brain.trouble import Blocked, StillThere, Trouble
from pagewire_operator.model import Happening

from .edge import Edge
from .seen import Account

__all__ = [
    "Part",
    "clear_profile",
    "fields_named",
    "fields_of",
    "in_parts",
    "leftover",
    "nothing_left",
    "profile_named",
    "profile_of",
    "stop_fields",
]


class Part(Struct, frozen=True, kw_only=True):
    """One thing to take back.

    Attributes:
        name: what stays at Meta if it fails.
        take_back: does it; may raise `AdminError` and `Blocked`.
        recorded: the status says that it is there. Otherwise it may be: an operator that was killed wrote nothing down.
    """

    name: str
    take_back: Callable[[], Awaitable[Happening | None]]
    recorded: bool


def fields_of(account: Account) -> list[str]:
    """The fields that are ours for certain."""
    return account.status.subscribed_fields if account.status else []


def profile_of(account: Account) -> list[str]:
    """The properties that are ours for certain and set, in the order in which Meta lets them go."""
    facts = account.status.profile if account.status else None
    wanted = wanted_of(account.spec.profile)
    return [name for name in ORDER if facts and name in facts.managed and wanted.get(name) is not None]


def fields_named(account: Account, target: str) -> str:
    """The subscription, for people."""
    fields = fields_of(account)
    return f"the app's subscription of {target}{f' to {listed(fields)}' if fields else ''}"


def profile_named(account: Account, target: str) -> str:
    """The profile, for people."""
    names = profile_of(account)
    return f"the profile of {target}{f' ({listed(names)})' if names else ''}"


def leftover(account: Account, target: str) -> str:
    """What is ours at Meta, for people."""
    parts = [fields_named(account, target)] if fields_of(account) else []
    parts += [profile_named(account, target)] if profile_of(account) else []
    return " and ".join(parts) or f"whatever a last change, of which nothing was written down, set at {target}"


async def in_parts(parts: Iterable[Part]) -> tuple[Happening, ...]:
    """Try every part; one that fails does not keep the others.

    Raises:
        StillThere: at least one failed; names what stays.
    """
    told: list[Happening] = []
    failed: list[tuple[str, Trouble]] = []
    for part in parts:
        try:
            happening = await part.take_back()
        except AdminError as error:
            if not error.gone:  # what Meta does not know any more needs no taking back
                failed.append((part.name, trouble_of(error)))
        except Blocked as blocked:
            if part.recorded:
                failed.append((part.name, blocked.trouble))
        else:
            told.extend([happening] if happening else [])
    if failed:
        raise StillThere(failed[0][1], " and ".join(name for name, _ in failed))
    return tuple(told)


def nothing_left(parts: Sequence[Part], target: str) -> tuple[Happening, ...]:
    """Told where no part was there to be taken back."""
    if any(part.recorded for part in parts):
        said = (
            f"What this resource had put at {target} is gone already: somebody took it away, or an operator that was ended "
            "before it could tell."
        )
    else:
        said = f"This resource put nothing at {target}."
    return (taken_back(said),)


async def clear_profile(account: Account, edge: Edge, target: str) -> Happening | None:
    """Clear our properties: those we know of, and those that are just as the spec wants them."""
    known, wanted = profile_of(account), wanted_of(account.spec.profile)
    unknown = [name for name, value in wanted.items() if value is not None and name not in known]
    live = await edge.profile() if unknown else {}
    same = [name for name in unknown if canonical(name, live.get(name)) == canonical(name, wanted[name])]
    names = [name for name in ORDER if name in {*known, *same}]
    if not names:
        return None
    await edge.clear_profile(names)
    return taken_back(f"The profile of {target} was cleared: {listed(names)}.")


async def stop_fields(account: Account, edge: Edge, target: str) -> Happening | None:
    """Stop our fields; the app stays for those that others subscribed."""
    apps = (await edge.subscribed_apps()).data
    there = frozenset[str]().union(*(app.fields for app in apps if app.id in edge.app_ids))
    ours = there & {*fields_of(account), *account.spec.subscribed_fields}
    if not ours:
        return None
    if there - ours:
        await edge.subscribe(sorted(there - ours))
    else:
        await edge.unsubscribe()
    return taken_back(f"Meta delivers {listed(ours)} of {target} no more.")
