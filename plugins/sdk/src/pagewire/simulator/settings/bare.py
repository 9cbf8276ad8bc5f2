"""A world on its first day: what exists, with nothing set. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from pagewire.simulator.world import World


def bare(world: World) -> World:
    """The same apps, accounts, tokens and people, with no subscription on either level and no profile.

    What an operator finds that has never run. Subscriptions are ``enforced`` in it.
    """
    return replace(
        world,
        apps=[replace(app, subscriptions={}) for app in world.apps],
        accounts=[replace(account, subscribed={}, profile={}) for account in world.accounts],
        subscriptions="enforced",
    )
