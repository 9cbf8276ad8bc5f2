"""Entries become apps and accounts: references are followed, and what does not hold closes what depends on it.

Pure: what the documents say goes in; what is served and what is wrong come out.
"""

import re
from typing import Final

import msgspec

from pagewire.manifests.problems import Problem, Severity
from pagewire.resources import DEFAULT_GRAPH_VERSION
from pagewire.sealed import Sealed

from .ended import Ended, digest_of
from .entries import AccountEntry, AppEntry, Entry, InstagramEntry, KeyRef, PageEntry, SecretEntry, TokenEntry
from .names import ByName
from .port import Account, App, Host, Name, Object

_TOKEN: Final = re.compile(r"[!-~]+\Z")
"""A token travels in a header: visible ASCII and nothing else."""


_DERIVE: Final = (
    "have it made with `pagewire apply -f DIR --secrets FILE`, FILE being in the folder, or give it a secretRef"
)
_HOW: Final = {"login": "log in with `pagewire login {name}`", "tokenRef": _DERIVE, "systemUser": _DERIVE}
"""What to do about a token that is not there, by where it comes from."""


class World(msgspec.Struct, frozen=True):
    """What the documents say, and which tokens ended all the same."""

    secrets: ByName[SecretEntry]
    apps: ByName[AppEntry]
    tokens: ByName[TokenEntry]
    pages: ByName[PageEntry]
    ended: dict[Name, Ended]


class Fault(msgspec.Struct, frozen=True):
    """Why something is closed."""

    path: str
    message: str
    severity: Severity = Severity.ERROR


class Reached(msgspec.Struct, frozen=True):
    """How an account is written to."""

    token: Sealed[str] | Fault
    send_as_id: str
    host: Host
    token_name: str


def problem_of(entry: Entry, fault: Fault) -> Problem:
    """A fault, with the resource and place it belongs to."""
    return Problem(
        severity=fault.severity, place=entry.place, resource=str(entry), path=fault.path, message=fault.message
    )


def resolve_app(entry: AppEntry, world: World) -> tuple[App, list[Fault]]:
    """The app, with those of its secrets that exist, and why others do not."""
    found = [_secret(entry, ref, f"spec.appSecretRefs[{index}]", world) for index, ref in enumerate(entry.secret_refs)]
    verify = _secret(entry, entry.verify_ref, "spec.verifyTokenRef", world) if entry.verify_ref else None
    own = _secret(entry, entry.instagram_ref, "spec.instagram.appSecretRef", world) if entry.instagram_ref else None
    faults = [one for one in (*found, verify, own, _elsewhere(entry)) if isinstance(one, Fault)]
    if not found:
        said = "names no secret: no signature can be checked, so every webhook is refused"
        faults.append(Fault("spec.appSecretRefs", said, Severity.WARNING))
    app = App(
        namespace=entry.namespace,
        name=entry.name,
        app_id=entry.app_id,
        secrets=tuple(Sealed(one.reveal().encode()) for one in found if isinstance(one, Sealed)),
        verify_token=verify if isinstance(verify, Sealed) else None,
        client_token=entry.client_token,
        graph_version=entry.graph_version,
        allowed_namespaces=entry.allowed,
        human_agent=entry.human_agent,
        instagram_id=entry.instagram_id,
        instagram_secret=Sealed(own.reveal().encode()) if isinstance(own, Sealed) else None,
        login=None if _elsewhere(entry) else entry.login,
    )
    return app, faults


def _elsewhere(entry: AppEntry) -> Fault | None:
    """A redirect URL that does not lead to the pages of this app: a login would come back to another's."""
    ours = f"/login/{entry.namespace}/{entry.name}/callback"
    if entry.login is None or entry.login.redirect_url.endswith(ours):
        return None
    return Fault("spec.login.redirectURL", f"does not end in {ours}, so nobody can log in")


def resolve_account(entry: AccountEntry, world: World) -> tuple[Account, list[Fault]]:
    """The account, closed if its app or its token does not hold."""
    app = app_of(entry, entry.app, world)
    reached = _instagram(entry, world) if isinstance(entry, InstagramEntry) else _page(entry, world)
    faults = [one for one in (app, reached.token) if isinstance(one, Fault)]
    of: Object = "instagram" if isinstance(entry, InstagramEntry) else "page"
    account = Account(
        object=of,
        id=entry.account,
        namespace=entry.namespace,
        name=entry.name,
        kind=entry.kind,
        app=entry.app,
        app_id="" if isinstance(app, Fault) else app.app_id,
        token=None if faults or isinstance(reached.token, Fault) else reached.token,
        send_as_id=reached.send_as_id,
        host=reached.host,
        graph_version=DEFAULT_GRAPH_VERSION if isinstance(app, Fault) else app.graph_version,
        plugins=entry.plugins,
        human_agent=not isinstance(app, Fault) and app.human_agent,
        token_name=reached.token_name,
        trace_percent=entry.trace_percent,
    )
    return account, faults


def app_of(entry: Entry, name: Name, world: World) -> AppEntry | Fault:
    """The app a resource refers to, if it exists and lets the resource's namespace in."""
    app = world.apps.get(name)
    if app is None:
        return Fault("spec.appRef", f"MessengerApp {'/'.join(name)} does not exist")
    if entry.namespace not in {app.namespace, *app.allowed}:
        said = f"{app} does not let namespace {entry.namespace} use it; add it to its spec.allowedNamespaces"
        return Fault("spec.appRef", said)
    return app


def _page(entry: AccountEntry, world: World) -> Reached:
    return Reached(_page_token(entry, world), entry.account, "facebook", entry.token)


def _page_token(entry: AccountEntry, world: World) -> Sealed[str] | Fault:
    if not entry.token:
        said = "is missing: events are kept, but nothing can be sent; name an AccessToken of type Page"
        return Fault("spec.tokenRef", said, Severity.WARNING)
    token = _token(entry, "Page", world)
    if isinstance(token, TokenEntry) and token.page_id != entry.account:
        return Fault("spec.tokenRef", f"{token} belongs to Page {token.page_id}, not to {entry.account}")
    return token if isinstance(token, Fault) else _value(token, world)


def _instagram(entry: InstagramEntry, world: World) -> Reached:
    if entry.page:
        page = world.pages.get((entry.namespace, entry.page))
        return Reached(
            _linked(entry, page, world), page.account if page else "", "facebook", page.token if page else ""
        )
    token = _token(entry, "User", world)
    return Reached(token if isinstance(token, Fault) else _value(token, world), entry.account, "instagram", entry.token)


def _linked(entry: InstagramEntry, page: PageEntry | None, world: World) -> Sealed[str] | Fault:
    if page is None:
        return Fault("spec.pageRef", f"MessengerPage {entry.namespace}/{entry.page} does not exist")
    if page.app != entry.app:
        said = f"{page} uses MessengerApp {'/'.join(page.app)}, this account {'/'.join(entry.app)}; name the same"
        return Fault("spec.pageRef", said)
    token = _page_token(page, world)
    if isinstance(token, Fault):
        return Fault("spec.pageRef", f"{page} has no usable token, so nothing can be sent", Severity.WARNING)
    return token


def _token(entry: AccountEntry, wanted: str, world: World) -> TokenEntry | Fault:
    """The AccessToken an account names, if it is of the right type and app."""
    token = world.tokens.get((entry.namespace, entry.token))
    if token is None:
        return Fault("spec.tokenRef", f"AccessToken {entry.namespace}/{entry.token} does not exist")
    if token.sort.type != wanted:
        return Fault(
            "spec.tokenRef", f"{token} is of type {token.sort.type}; a {entry.kind} needs one of type {wanted}"
        )
    if token.app != entry.app:
        said = f"{token} belongs to MessengerApp {'/'.join(token.app)}, this account uses {'/'.join(entry.app)}"
        return Fault("spec.tokenRef", said)
    return token


def _value(token: TokenEntry, world: World) -> Sealed[str] | Fault:
    if not token.secret:
        what_next = "give it a secretRef" if token.file else "the operator says why in its conditions"
        said = f"{token} comes from {token.sort.source} and has no value here; {what_next}"
        return Fault("spec.tokenRef", said, Severity.WARNING)
    value = _secret(token, (token.secret, token.sort.secret_key), "spec.tokenRef", world)
    if isinstance(value, Fault) and token.sort.source in _HOW:
        how = _HOW[token.sort.source].format(name=f"{token.namespace}/{token.name}")
        said = f"{token} comes from {token.sort.source} and has no value here; {how}"
        return Fault("spec.tokenRef", said, Severity.WARNING)
    if isinstance(value, Sealed) and _TOKEN.match(value.reveal()) is None:
        said = f"Secret {token.namespace}/{token.secret}, key {token.sort.secret_key}, holds characters no token has"
        return Fault("spec.tokenRef", said)
    if isinstance(value, Sealed) and (ended := world.ended.get(token.id)) and ended.digest == digest_of(value):
        said = f"{token} ended: who had logged in took the app back; log in with `pagewire login {ended.login}`"
        return Fault("spec.tokenRef", said, Severity.WARNING)
    return value


def _secret(entry: Entry, ref: KeyRef, path: str, world: World) -> Sealed[str] | Fault:
    name, key = ref
    secret = world.secrets.get((entry.namespace, name))
    if secret is None:
        return Fault(path, f"Secret {entry.namespace}/{name} does not exist")
    value = secret.value(key)
    if value is None:
        return Fault(path, f"Secret {entry.namespace}/{name} has no text under key {key}")
    if not value.reveal():
        return Fault(path, f"Secret {entry.namespace}/{name} is empty under key {key}")
    return value
