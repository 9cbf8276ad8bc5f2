"""Which of an app's secrets Meta takes: tried in turn, the one that worked last first.

While a secret is rotated the app has two, and nobody tells when Meta stops to take the old one. A call that is refused
for its secret is made again with the next one, so a rotation fails nothing (Meta, Resetting Your App Secret).
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

from msgspec import structs

from pagewire.graph.admin import AdminError
from pagewire.resources import ConditionType, Reason
from pagewire.sealed import Sealed
from pagewire_operator.brain.lookup import AppAccess
from pagewire_operator.brain.trouble import Blocked, Trouble

__all__ = ["AppSecrets"]

T = TypeVar("T")


class AppSecrets:
    """Remembers for each app which secret worked last."""

    def __init__(self) -> None:
        self._worked: dict[str, Sealed[str]] = {}

    async def ask(self, access: AppAccess, call: Callable[[AppAccess], Awaitable[T]]) -> T:
        """Make a call with the first secret that Meta takes.

        Args:
            access: the app with all of its secrets.
            call: gets the app with one secret.

        Raises:
            Blocked: ``AppSecretInvalid``, if Meta takes none of them.
            AdminError: the call failed for another reason.
        """
        for one in self._each(access):
            try:
                answer = await call(one)
            except AdminError as error:
                if not error.secret_refused:
                    raise
            else:
                self._worked[access.app_id] = one.secret
                return answer
        raise Blocked(_none_works(access))

    def first(self, access: AppAccess) -> AppAccess:
        """The app with the secret that is tried first."""
        return next(self._each(access))

    def _each(self, access: AppAccess) -> Iterator[AppAccess]:
        worked = self._worked.get(access.app_id)
        for secret in sorted(access.secrets, key=lambda secret: secret != worked):
            yield structs.replace(access, secrets=(secret,))


def _none_works(access: AppAccess) -> Trouble:
    count = len(access.secrets)
    which = "the app secret" if count == 1 else f"all {count} app secrets"
    said = (
        f"Meta refuses {which} of MessengerApp {access.app.metadata.name}; the token may be fine. Copy the secret from App "
        "Dashboard, App settings, Basic into a Secret that spec.appSecretRefs of the MessengerApp names."
    )
    return Trouble(reason=Reason.APP_SECRET_INVALID, message=said, about=ConditionType.TOKEN_VALID)
