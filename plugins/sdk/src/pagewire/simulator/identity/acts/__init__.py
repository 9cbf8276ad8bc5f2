"""What people, owners and Meta do to identities: the levers of a test. One method an act."""

from __future__ import annotations

from pagewire.simulator.identity.acts.logins import Logins
from pagewire.simulator.identity.acts.owners import Owners
from pagewire.simulator.identity.acts.permissions import Permissions
from pagewire.simulator.identity.acts.tokens import Tokens


class Identities(Logins, Permissions, Tokens, Owners):
    """All of it, as ``sim.identity``.

    Where ``app`` is left out, the only app of the world is meant. ``who`` is a person, a system user, a token, or
    the ``id`` under which a token is listed.

    Raises:
        Unknown: no such app, person, Page or token.
    """
