"""Tokens come from Secrets that people or the operator keep, and nothing else of a Secret is ever held."""

import base64
import gc
from collections.abc import Iterator
from typing import Any

from pagewire.kube import RESOURCES, SECRETS, KubeClient
from pagewire.sealed import Sealed
from pagewire_gateway.registry.cluster import ClusterRegistry
from tests.kube.cluster import Namespace
from tests.pagewire_gateway.registry.cluster.desk import apply, keep, shown, token_of, told, until
from tests.pagewire_gateway.registry.cluster.documents import (
    PAGE_ID,
    PAGE_TOKEN,
    app,
    document,
    given,
    page,
    secret,
    served,
    token,
)

OTHER = "wholly-unrelated-password"


def held(value: str) -> list[object]:
    """Everything in this process's memory that holds a value, plainly or as the API server writes it."""
    gc.collect()
    coded = base64.b64encode(value.encode()).decode()

    def is_it(found: object) -> bool:
        # Text only: in a process that ran other tests there are values that say to be equal to anything.
        return isinstance(found, str) and found is not value and found in (value, coded)

    def has(one: Any) -> bool:
        if isinstance(one, Sealed):
            return one.reveal() == value
        return coded.encode() in one if isinstance(one, bytes) else any(map(is_it, one.values()))

    return [one for one in _secretive() if has(one)]


def _secretive() -> Iterator[Any]:
    """Everything that may hold a value. The collector knows no bytes, and no dict of nothing but texts, but their owners."""
    for one in gc.get_objects():
        if type(one) in (Sealed, dict):
            yield one
        for part in gc.get_referents(one):
            if type(part) is bytes or (type(part) is dict and not gc.is_tracked(part)):
                yield part


async def test_a_page_opens_once_the_operator_keeps_its_token(
    registry: ClusterRegistry, admin: KubeClient, namespace: Namespace
) -> None:
    await apply(admin, *app(namespace.name), token(namespace.name), page(namespace.name))
    await shown(registry, lambda: "has no value here; the operator says why in its conditions" in told(registry))
    await keep(admin, token(namespace.name), "harbour-access-token", "EAADERIVED")
    await shown(registry, lambda: token_of(registry) == "EAADERIVED")
    await shown(registry, lambda: not registry.problems())


async def test_a_rotated_token_counts(registry: ClusterRegistry, admin: KubeClient, namespace: Namespace) -> None:
    await apply(admin, *served(namespace.name))
    await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
    await apply(admin, secret(namespace.name, "given", token="EAAROTATED"))
    await shown(registry, lambda: token_of(registry) == "EAAROTATED")


async def test_the_renewed_token_wins_over_the_one_that_was_given(
    registry: ClusterRegistry, admin: KubeClient, namespace: Namespace
) -> None:
    # A token of this test alone: what other tests left in memory does not count.
    await apply(admin, *served(namespace.name, "EAAGIVENBEFORE"))
    await shown(registry, lambda: token_of(registry) == "EAAGIVENBEFORE")
    assert held("EAAGIVENBEFORE")
    await keep(admin, token(namespace.name, **given()), "harbour-access-token", "EAARENEWED")
    await shown(registry, lambda: token_of(registry) == "EAARENEWED")
    await until(lambda: not held("EAAGIVENBEFORE"), every=0.5, seconds=90)


async def test_a_secret_nobody_refers_to_is_not_held_and_is_there_when_somebody_does(
    registry: ClusterRegistry, admin: KubeClient, namespace: Namespace
) -> None:
    await apply(admin, secret(namespace.name, "given", token="EAAWAITING", password=OTHER), *app(namespace.name))
    await shown(registry, lambda: registry.app(namespace.name, "acme") is not None)
    await until(lambda: not held("EAAWAITING"), every=0.5, seconds=90)
    await apply(admin, token(namespace.name, **given()), page(namespace.name))
    await shown(registry, lambda: token_of(registry) == "EAAWAITING")
    await until(lambda: not held(OTHER), every=0.5, seconds=90)


async def test_a_key_nobody_refers_to_any_more_is_forgotten(
    registry: ClusterRegistry, admin: KubeClient, namespace: Namespace
) -> None:
    name = namespace.name
    secrets = [{"name": "acme-app", "key": key} for key in ("new", "old")]

    def acme(*refs: dict[str, str]) -> dict[str, Any]:
        return document("MessengerApp", name, "acme", {"appId": "990000000000001", "appSecretRefs": list(refs)})

    def keys() -> int:
        found = registry.app(name, "acme")
        return len(found.secrets) if found else 0

    await apply(admin, secret(name, "acme-app", new="s3cr3t-new", old="s3cr3t-old"), acme(*secrets))
    await shown(registry, lambda: keys() == 2)
    await apply(admin, acme(secrets[0]))
    await shown(registry, lambda: keys() == 1)
    await until(lambda: not held("s3cr3t-old"), every=0.5, seconds=90)
    await apply(admin, acme(*secrets))
    await shown(registry, lambda: keys() == 2)
    await apply(admin, secret(name, "acme-app", new="s3cr3t-new"))
    await shown(registry, lambda: "has no text under key old" in told(registry))
    await admin.delete(RESOURCES["MessengerApp"], "acme", name)
    await shown(registry, lambda: registry.app(name, "acme") is None)
    await until(lambda: not held("s3cr3t-new"), every=0.5, seconds=90)


async def test_a_secret_that_goes_closes_the_page_until_it_is_back(
    registry: ClusterRegistry, admin: KubeClient, namespace: Namespace
) -> None:
    await apply(admin, *served(namespace.name))
    await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
    await admin.delete(SECRETS, "given", namespace.name)
    await shown(registry, lambda: f"Secret {namespace.name}/given does not exist" in told(registry))
    assert token_of(registry) is None
    await apply(admin, secret(namespace.name, "given", token=PAGE_TOKEN))
    await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)


async def test_a_page_that_is_deleted_is_unknown(
    registry: ClusterRegistry, admin: KubeClient, namespace: Namespace
) -> None:
    await apply(admin, *served(namespace.name))
    await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
    await admin.delete(RESOURCES["MessengerPage"], "harbour", namespace.name)
    await shown(registry, lambda: registry.account("page", PAGE_ID) is None)


async def test_a_status_is_no_news(registry: ClusterRegistry, admin: KubeClient, namespace: Namespace) -> None:
    await apply(admin, *served(namespace.name))
    await shown(registry, lambda: token_of(registry) == PAGE_TOKEN)
    before = registry.revision
    kind = RESOURCES["MessengerPage"]
    await admin.patch(kind, "harbour", namespace.name, {"status": {"name": "Harbour Cafe"}}, status=True)
    await apply(admin, page(namespace.name, "quay", "108000000000002"))
    await shown(registry, lambda: registry.account("page", "108000000000002") is not None)
    assert registry.revision == before + 1
