"""A small but whole `Brain`: Meta is a folder, so what was done there survives ``kill -9`` and can be looked at.

An AccessToken turns the token of its Secret into a result Secret. A MessengerPage puts its fields and that result into a file of
the folder, and takes the file away when it is deleted. Names that begin with ``fault``, ``stuck`` or ``cluster`` fail; those that
begin with ``waits`` wait for a file ``go``.
"""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from msgspec import structs

from pagewire.resources import (
    AccessToken,
    AccessTokenStatus,
    Condition,
    DeletionPolicy,
    MessengerApp,
    MessengerAppStatus,
    MessengerPage,
    MessengerPageStatus,
    Reason,
    Resource,
    Status,
)
from pagewire.sealed import Sealed
from pagewire_operator.model import ClusterError, Happening, Keeping, Key, NotOurs, Outcome, Saying, Step, World

Truth = Literal["True", "False"]


class LedgerBrain:
    """Meta is `folder`: a file a Page, and ``calls`` with a line a reconciliation.

    Args:
        folder: Meta.
        again: seconds until a resource is looked at again.
    """

    def __init__(self, folder: Path, again: float) -> None:
        self._folder, self._again = folder, again

    async def reconcile(self, resource: Resource, world: World, keeping: Keeping) -> Outcome:
        going = " in a namespace that goes away" if world.terminating(resource.metadata.namespace) else ""
        with (self._folder / "calls").open("a") as calls:
            calls.write(f"{resource.kind} {resource.metadata.name}{going}\n")
        await self._misbehave(resource.metadata.name)
        if isinstance(resource, MessengerPage):
            return self._page(resource, world)
        if isinstance(resource, AccessToken):
            return await self._token(resource, world, keeping)
        assert isinstance(resource, MessengerApp)
        missing = [ref.name for ref in resource.spec.app_secret_refs if _value(world, resource, ref.name) is None]
        return self._said(resource, MessengerAppStatus(), Reason.SECRET_NOT_FOUND if missing else Reason.RECONCILED)

    async def _misbehave(self, name: str) -> None:
        if name.startswith("fault"):
            raise RuntimeError("a mistake")
        if name.startswith("cluster"):
            raise ClusterError("the cluster is busy")
        while name.startswith("stuck") or (name.startswith("waits") and not (self._folder / "go").exists()):
            await asyncio.sleep(0.01)

    async def _token(self, token: AccessToken, world: World, keeping: Keeping) -> Outcome:
        source = token.spec.source.secret_ref
        value = _value(world, token, source.name) if source else None
        if value is None:
            return self._said(token, AccessTokenStatus(), Reason.SECRET_NOT_FOUND)
        name = f"{token.metadata.name}-access-token"
        try:
            await keeping.keep(token, name, {"token": Sealed(f"derived from {value}")})
        except NotOurs:
            return self._said(token, AccessTokenStatus(), Reason.SECRET_CONFLICT)
        return self._said(token, AccessTokenStatus(secret_name=name), Reason.RECONCILED)

    def _page(self, page: MessengerPage, world: World) -> Outcome:
        file = self._folder / f"{page.spec.page_id}.json"
        if page.metadata.deletion_timestamp:
            file.unlink(missing_ok=True)
            gone = Happening(reason=Reason.RELEASED, message=f"Page {page.spec.page_id} was left.")
            return Outcome(status=page.status, happenings=(gone,), released=True)
        value = _value(world, page, f"{page.spec.token_ref.name}-access-token") if page.spec.token_ref else ""
        if value is None:
            return self._said(page, MessengerPageStatus(), Reason.TOKEN_NOT_FOUND)
        wanted = {"fields": page.spec.subscribed_fields, "token": value}
        seen = json.loads(file.read_text()) if file.exists() else None
        changed: tuple[Happening, ...] = ()
        if seen != wanted:
            file.with_suffix(".new").write_text(json.dumps(wanted))
            file.with_suffix(".new").rename(file)
            changed = (Happening(reason=Reason.CHANGED, message=f"Subscribe Page {page.spec.page_id}"),)
        status = MessengerPageStatus(subscribed_fields=page.spec.subscribed_fields)
        return self._said(page, status, Reason.RECONCILED, changed, finalizer=self.finalizer(page))

    def _said(
        self,
        resource: Resource,
        facts: Status,
        reason: Reason,
        happenings: tuple[Happening, ...] = (),
        *,
        finalizer: bool = False,
    ) -> Outcome:
        truth: Truth = "True" if reason is Reason.RECONCILED else "False"
        old = resource.status or Status()
        before = next((one for one in old.conditions if one.status == truth), None)
        ready = Condition(
            type="Ready",
            status=truth,
            reason=reason,
            message=f"It is {reason}.",
            last_transition_time=before.last_transition_time if before else f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            observed_generation=resource.metadata.generation,
        )
        status = structs.replace(
            facts,
            observed_generation=resource.metadata.generation,
            conditions=[ready],
            last_handled_reconcile_at=resource.metadata.annotations.get("pagewire.dev/reconcile-at"),
        )
        return Outcome(status=status, happenings=happenings, again=self._again, finalizer=finalizer)

    async def plan(self, resource: Resource, world: World) -> tuple[tuple[Step, ...], tuple[Saying, ...]]:
        raise NotImplementedError

    def finalizer(self, resource: Resource) -> bool:
        return isinstance(resource, MessengerPage) and resource.spec.deletion_policy is DeletionPolicy.DELETE

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        kind, _, name = key
        if kind == "MessengerPage":
            return
        for app in world.all("MessengerApp"):
            assert isinstance(app, MessengerApp)
            if kind == "Secret" and name in {ref.name for ref in app.spec.app_secret_refs}:
                yield _key(app)
        for token in world.all("AccessToken"):
            assert isinstance(token, AccessToken)
            source = token.spec.source.secret_ref
            if kind == "Secret" and name in {source and source.name, f"{token.metadata.name}-access-token"}:
                yield _key(token)
        for page in world.all("MessengerPage"):
            assert isinstance(page, MessengerPage)
            token_name = page.spec.token_ref.name if page.spec.token_ref else ""
            if (kind, name) in {("AccessToken", token_name), ("Secret", f"{token_name}-access-token")}:
                yield _key(page)

    async def aclose(self) -> None:
        return None


def _key(resource: Resource) -> Key:
    return Key(resource.kind, resource.metadata.namespace, resource.metadata.name)


def _value(world: World, resource: Resource, name: str) -> str | None:
    view = world.secret(resource.metadata.namespace, name)
    values: dict[str, Any] = dict(view.values) if view else {}
    found = next(iter(values.values()), None)
    return found.reveal() if found else None
