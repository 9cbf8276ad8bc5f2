"""Looks at an app: tries its secrets and asks for its name."""

from collections.abc import Iterable

from msgspec import structs

from pagewire.graph.admin import AdminError
from pagewire.resources import ConditionType, MessengerApp, Reason, SecretKeyRef
from pagewire.sealed import Sealed
from pagewire_operator.brain.base import Site
from pagewire_operator.brain.indices import find
from pagewire_operator.brain.lookup import AppAccess, secret_value
from pagewire_operator.brain.report import Report, Work
from pagewire_operator.brain.translate import trouble_of
from pagewire_operator.brain.trouble import Blocked, Trouble
from pagewire_operator.model import Happening, Key, Step, World

from .seen import AppSeen, SecretSeen, State
from .status import report

__all__ = ["AppKind"]


class AppKind:
    """`Kind` of MessengerApp."""

    async def observe(self, resource: MessengerApp, site: Site) -> AppSeen:
        """Try every secret with the cheapest call there is."""
        seen = AppSeen()
        for ref in resource.spec.app_secret_refs:
            seen = await _try(resource, ref, seen, site)
        return structs.replace(seen, trouble=_trouble(resource, seen, site.world))

    def plan(self, _resource: MessengerApp, _seen: AppSeen, _now: float) -> tuple[Step, ...]:
        """Nothing of an app is set by API."""
        return ()

    async def apply(self, _resource: MessengerApp, seen: AppSeen, _step: Step, _site: Site) -> AppSeen:
        """There are no steps."""
        return seen

    def status(self, resource: MessengerApp, seen: AppSeen | None, work: Work, now: float) -> Report:
        """See `report`."""
        return report(resource, seen, work, now)

    def finalizer(self, _resource: MessengerApp) -> bool:
        """Nothing is put at Meta, so nothing is taken back."""
        return False

    async def release(self, _resource: MessengerApp, _site: Site) -> tuple[Happening, ...]:
        """Nothing to take back."""
        return ()

    def leftover(self, resource: MessengerApp) -> str:
        """Nothing of ours ever stays."""
        return f"nothing of app {resource.spec.app_id}"

    def dependants(self, key: Key, world: World) -> Iterable[Key]:
        """The apps that name a Secret."""
        if key.kind == "Secret":
            for app in find(world, "MessengerApp", "secret", f"{key.namespace}/{key.name}"):
                yield Key("MessengerApp", app.metadata.namespace, app.metadata.name)


async def _try(app: MessengerApp, ref: SecretKeyRef, seen: AppSeen, site: Site) -> AppSeen:
    try:
        secret = secret_value(site.world, app.metadata.namespace, ref)
    except Blocked as blocked:
        return _noted(seen, ref, "Missing", structs.replace(blocked.trouble, about=ConditionType.TOKEN_VALID))
    if app.spec.instagram is not None and ref == app.spec.instagram.app_secret_ref:
        return _noted(seen, ref, "Unknown")  # it signs webhooks, but makes no token of this app
    return await _ask(app, ref, secret, seen, site)


async def _ask(app: MessengerApp, ref: SecretKeyRef, secret: Sealed[str], seen: AppSeen, site: Site) -> AppSeen:
    client = site.graphs.trial(AppAccess(app=app, secrets=(secret,))).at(site.priority)
    try:
        facts = await client.app.facts()
    except AdminError as error:
        if error.secret_refused or error.token_refused:
            return _noted(seen, ref, "Refused")
        return _noted(seen, ref, "Unknown", trouble_of(error, ConditionType.TOKEN_VALID))
    return _noted(structs.replace(seen, name=facts.name, served=client.served_version), ref, "Usable")


def _noted(seen: AppSeen, ref: SecretKeyRef, state: State, trouble: Trouble | None = None) -> AppSeen:
    secret = SecretSeen(name=ref.name, key=ref.key, state=state)
    return structs.replace(seen, secrets=(*seen.secrets, secret), trouble=seen.trouble or trouble)


def _trouble(app: MessengerApp, seen: AppSeen, world: World) -> Trouble | None:
    """A secret that is refused or missing is no trouble while another one works: that is how one is rotated."""
    if not seen.usable:
        return seen.trouble or _none_usable(app)
    ref = app.spec.verify_token_ref
    if ref is None:
        return None
    try:
        secret_value(world, app.metadata.namespace, ref)
    except Blocked as blocked:
        return blocked.trouble
    return None


def _none_usable(app: MessengerApp) -> Trouble:
    about = ConditionType.TOKEN_VALID
    if not app.spec.app_secret_refs:
        said = (
            "spec.appSecretRefs names no secret: no webhook can be checked and nothing can be asked of Meta; add one."
        )
        return Trouble(reason=Reason.SECRET_NOT_FOUND, message=said, about=about)
    said = (
        f"Meta refuses every secret of spec.appSecretRefs for app {app.spec.app_id}. Copy the app secret from App "
        "Dashboard, App settings, Basic; webhook signatures fail with a wrong one too."
    )
    return Trouble(reason=Reason.APP_SECRET_INVALID, message=said, about=about)
