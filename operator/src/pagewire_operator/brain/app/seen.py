"""What one look at an app showed. No I/O."""

from typing import Literal

from msgspec import Struct

from pagewire_operator.brain.report import Seen

__all__ = ["AppSeen", "SecretSeen", "State"]

State = Literal["Usable", "Refused", "Missing", "Unknown"]


class SecretSeen(Struct, frozen=True, kw_only=True):
    """One app secret, without its value.

    Attributes:
        name: of the Secret.
        key: in it.
        state: what Meta says of it.
    """

    name: str
    key: str
    state: State


class AppSeen(Seen, frozen=True, kw_only=True):
    """An app.

    Attributes:
        name: its name at Meta; ``None`` if it could not be asked.
        served: the Graph version that answered.
        secrets: in the order of the spec.
    """

    name: str | None = None
    served: str | None = None
    secrets: tuple[SecretSeen, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether Meta takes at least one secret."""
        return any(secret.state == "Usable" for secret in self.secrets)
