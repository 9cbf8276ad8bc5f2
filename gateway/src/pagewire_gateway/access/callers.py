"""Who asks, and what their role lets them do. Pure."""

from typing import Final, Literal

from msgspec import Struct

Role = Literal["viewer", "operator", "admin"]
ROLES: Final[tuple[Role, ...]] = ("viewer", "operator", "admin")
"""From least to most; each may do what those before it may."""

How = Literal["loopback", "token", "oidc", "kubernetes"]


class Caller(Struct, frozen=True, kw_only=True):
    """Whoever sent a request.

    Attributes:
        name: for the audit log: of a token, of an account at the identity provider, or of a cluster's user.
        role: what they may do.
        how: how it is known who they are; ``loopback`` is whoever sits at the machine itself.
        session: id of the console's session; empty for those who send a token with each request.
        groups: what the role comes from: those of their groups at the identity provider that count here, or all at the cluster.
    """

    name: str
    role: Role
    how: How
    session: str = ""
    groups: tuple[str, ...] = ()

    def may(self, least: Role) -> bool:
        """Whether their role is at least that."""
        return ROLES.index(self.role) >= ROLES.index(least)


LOCAL: Final = Caller(name="local", role="admin", how="loopback")
"""Who asks on a port that only this machine can reach, and that asks for no log-in."""
