"""Where a login leaves its token in a cluster: a Secret that exists already, and that we may change by its name alone."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pagewire.kube import SECRETS, Conflict, Forbidden, KubeClient, KubeError, NotFound, ObjectKind
from pagewire.resources.token import TOKEN_KEY
from pagewire_gateway.registry.port import LoginToken

from .grant import Grant
from .keeping import AT, NOBODY, USER, Held, KeepError, annotations, read_notes, secret_name

_REVIEWS: Final = ObjectKind("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview")


class SecretKeeper:
    """Patches ``<name>-login``: the one right the gateway has to change anything, and for named Secrets only.

    Args:
        client: the API server.
        may_create: make the Secret if it is not there: for a person at a terminal.
    """

    def __init__(self, client: KubeClient, *, may_create: bool = False) -> None:
        self._client, self._may_create = client, may_create

    async def check(self, token: LoginToken) -> None:
        """See `Keeper.check`: the Secret exists, and we may change it."""
        if self._may_create:
            return
        try:
            await self._client.get(SECRETS, secret_name(token), token.namespace)
            allowed = await self._allowed(token)
        except KubeError as error:
            raise _told(token, error) from error
        if not allowed:
            raise KeepError(_forbidden(token))

    async def renew(self) -> int:
        """See `Keeper.renew`: etcd has its own keys."""
        return 0

    async def keep(self, token: LoginToken, grant: Grant) -> None:
        """See `Keeper.keep`. The operator derives a Page's token from the person's, so that one alone is stored."""
        coded = b64encode(grant.token.reveal().encode()).decode()
        await self._patch(token, {TOKEN_KEY: coded}, annotations(grant, datetime.now(UTC)))

    async def forget(self, token: LoginToken, held: Held) -> bool:
        """See `Keeper.forget`. The operator hears of it at once, because it follows the Secret."""
        try:
            await self._patch(token, {TOKEN_KEY: None}, {USER: None, AT: None}, held.version)
        except Conflict:
            return False
        return True

    async def held(self, token: LoginToken) -> Held:
        """See `Keeper.held`."""
        try:
            found = await self._client.get(SECRETS, secret_name(token), token.namespace)
        except NotFound:
            return NOBODY
        except KubeError as error:
            raise _told(token, error) from error
        return read_notes(found["metadata"].get("annotations"), found["metadata"].get("resourceVersion", ""))

    async def _patch(
        self, token: LoginToken, data: Mapping[str, Any], notes: Mapping[str, Any], version: str = ""
    ) -> None:
        metadata = {"annotations": dict(notes), **({"resourceVersion": version} if version else {})}
        name, patch = secret_name(token), {"data": dict(data), "metadata": metadata}
        try:
            await self._client.patch(SECRETS, name, token.namespace, patch)
        except NotFound as error:
            if not self._may_create:
                raise _told(token, error) from error
            await self._create(token, patch)
        except Conflict:
            raise
        except KubeError as error:
            raise _told(token, error) from error

    async def _create(self, token: LoginToken, patch: Mapping[str, Any]) -> None:
        metadata = {**patch["metadata"], "name": secret_name(token), "namespace": token.namespace}
        body = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": patch["data"]}
        try:
            await self._client.create(SECRETS, body)
        except KubeError as error:
            raise _told(token, error) from error

    async def _allowed(self, token: LoginToken) -> bool:
        about = {"verb": "patch", "resource": "secrets", "namespace": token.namespace, "name": secret_name(token)}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "metadata": {},
            "spec": {"resourceAttributes": about},
        }
        return bool((await self._client.create(_REVIEWS, review)).get("status", {}).get("allowed"))


def _told(token: LoginToken, error: KubeError) -> KeepError:
    if isinstance(error, NotFound):
        return KeepError(f"Secret {token.namespace}/{secret_name(token)} does not exist; {_how(token)} makes it")
    if isinstance(error, Forbidden):
        return KeepError(_forbidden(token))
    return KeepError(f"Secret {token.namespace}/{secret_name(token)} cannot be written for now: {error}")


def _forbidden(token: LoginToken) -> str:
    return f"Secret {token.namespace}/{secret_name(token)} may not be changed; {_how(token)} gives that right alone"


def _how(token: LoginToken) -> str:
    return f"`pagewire login {token.namespace}/{token.name} --rbac | kubectl apply -f -`"
