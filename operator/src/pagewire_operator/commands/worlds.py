"""Where `plan` and `apply` take resources from: a folder, or a namespace of a cluster."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from pagewire.kube import RESOURCES, SECRETS, KubeClient, KubeError, NotFound, Selection, find_access
from pagewire.locks import LockError, Locks, source_of, unlocked
from pagewire.manifests import Document, Problem, Severity, read_folder
from pagewire.resources import GROUP, KINDS, InvalidResourceError, Resource, decode, problems
from pagewire.resources.references import secret_refs
from pagewire.sealed import Sealed
from pagewire.terminal.exits import CommandError, Exit
from pagewire_operator.brain.indices import app_key
from pagewire_operator.model import SecretView
from pagewire_operator.plain_world import PlainWorld, read_secret

ORDER: Final = ("MessengerApp", "AccessToken", "WebhookSubscription", "MessengerPage", "InstagramAccount")
"""Each kind after those it refers to."""


def from_folder(folder: Path) -> PlainWorld:
    """Everything a folder says.

    Raises:
        CommandError: something in it is wrong, or there is nothing; half a folder would make a wrong plan.
    """
    documents, wrong = read_folder(folder)
    world, locks = PlainWorld(), folder_locks()
    for document in documents:
        wrong += _take(world, document, locks)
    errors = [str(one) for one in wrong if one.severity is Severity.ERROR]
    if errors:
        count = "1 mistake" if len(errors) == 1 else f"{len(errors)} mistakes"
        raise CommandError(f"{count} in {folder}: {'; '.join(errors[:20])}", "Mend them first.")
    if not resources(world):
        raise CommandError(f"{folder} holds no resources of {GROUP}", "Name another with -f DIR.", Exit.NOT_FOUND)
    return world


async def from_cluster(namespace: str, kubeconfig: Path | None, context: str | None) -> PlainWorld:
    """The resources and Secrets of a namespace, and the apps of other namespaces that they use.

    Raises:
        CommandError: the cluster cannot be reached, or does not let us look.
    """
    try:
        async with KubeClient(find_access(kubeconfig, context)) as cluster:
            of = Selection(namespace=namespace)
            found = [item for kind in RESOURCES.values() for item in (await cluster.list(kind, of)).items]
            secrets = (await cluster.list(SECRETS, of)).items
            world = PlainWorld()
            for one in found:
                _put(world, one)
            for secret in secrets:
                world.put_secret(read_secret(secret))
            for place in sorted({app_key(one) for one in resources(world)}):
                await _add_app(cluster, world, *place.split("/", 1))
    except KubeError as error:
        raise CommandError(f"The cluster does not answer: {error}", "Check --kubeconfig and --context.") from error
    return world


async def _add_app(cluster: KubeClient, world: PlainWorld, namespace: str, name: str) -> None:
    """One of another namespace, with the Secrets that it names; what does not exist is told where it is missed."""
    if world.get("MessengerApp", namespace, name) is not None:
        return
    with suppress(NotFound):
        _put(world, await cluster.get(RESOURCES["MessengerApp"], name, namespace))
        app = world.get("MessengerApp", namespace, name)
        for secret in {ref.name for _, ref in secret_refs(app)} if app else ():
            with suppress(NotFound):
                world.put_secret(read_secret(await cluster.get(SECRETS, secret, namespace)))


def folder_locks() -> Locks:
    """What opens and locks Secrets of a folder, by the environment."""
    return Locks(source_of(os.environ))


def resources(world: PlainWorld) -> list[Resource]:
    """All resources, each after those it refers to."""
    return [resource for kind in ORDER for resource in world.all(kind)]


def _take(world: PlainWorld, document: Document, locks: Locks) -> Iterable[Problem]:
    value: Any = document.value
    if not isinstance(value, dict):
        return [Problem(place=document.place, message="expected a mapping with apiVersion and kind")]
    if value.get("apiVersion") == "v1" and value.get("kind") == "Secret":
        try:
            world.put_secret(_opened(read_secret(value), locks))
        except LockError as error:
            return [_placed(document, "stringData", str(error))]
        return []
    if value.get("kind") not in KINDS:
        return []  # Kinds of other software may lie beside ours.
    try:
        resource = decode(value)
    except InvalidResourceError as error:
        return [_placed(document, one.path, one.message) for one in error.problems]
    world.put(resource)
    return [_placed(document, one.path, one.message) for one in problems(resource)]


def _opened(secret: SecretView, locks: Locks) -> SecretView:
    texts = {key: value.reveal() for key, value in secret.values.items()}
    clear = unlocked(texts, secret.namespace, secret.name, locks)
    return structs.replace(secret, values={key: Sealed(text) for key, text in clear.items()})


def _placed(document: Document, path: str, message: str) -> Problem:
    return Problem(place=document.at(path), path=path, message=message)


def _put(world: PlainWorld, found: dict[str, Any]) -> None:
    try:
        world.put(decode(found))
    except InvalidResourceError as error:
        name = f"{found.get('kind')} {found['metadata'].get('namespace')}/{found['metadata']['name']}"
        raise CommandError(
            f"{name} cannot be read: {error}", "Mend it, or upgrade the CRDs with `pagewire crds`."
        ) from error
