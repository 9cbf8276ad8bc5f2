"""Which keys of which Secrets somebody refers to. Nothing else of a Secret is ever kept. Pure."""

import msgspec

from pagewire.sealed import Sealed
from pagewire_gateway.registry.entries import AppEntry, Entry, SecretEntry, TokenEntry
from pagewire_gateway.registry.port import Name

from .objects import Objects

Wanted = dict[Name, set[str]]


def wanted(names: set[Name], objects: Objects) -> Wanted:
    """The keys that anybody refers to, of each of these Secrets; a Secret nobody refers to is left out."""
    found: Wanted = {}
    if names:
        for kind in (AppEntry, TokenEntry):
            for entry in objects.of(kind).values():
                for name, key in entry.refs:
                    if (entry.namespace, name) in names:
                        found.setdefault((entry.namespace, name), set()).add(key)
    return found


def unread(entry: Entry, objects: Objects) -> set[Name]:
    """The Secrets an entry refers to of which a key is not held."""
    if not isinstance(entry, (AppEntry, TokenEntry)):
        return set()
    held = objects.of(SecretEntry)
    refs = [((entry.namespace, name), key) for name, key in entry.refs]
    return {name for name, key in refs if (secret := held.get(name)) is None or secret.value(key) is None}


def forget_unwanted(objects: Objects) -> None:
    """Drop what was referred to before the last changes and is not any more."""
    left = _left(objects)
    now = wanted(left, objects)
    for name in left:
        secret: SecretEntry | None = objects.of(SecretEntry).get(name)
        if secret is not None:
            _keep_only(secret, now.get(name, set()), objects)


def _left(objects: Objects) -> set[Name]:
    left: set[Name] = set()
    for kind in (AppEntry, TokenEntry):
        for name, old in objects.before[kind.kind].items():
            if isinstance(old, (AppEntry, TokenEntry)):
                now: AppEntry | TokenEntry | None = objects.of(kind).get(name)
                gone = set(old.refs).difference(now.refs if now else ())
                left.update((old.namespace, secret) for secret, _ in gone)
    return left


def _keep_only(secret: SecretEntry, keys: set[str], objects: Objects) -> None:
    kept = [(key, value) for key in sorted(keys) if (value := secret.value(key)) is not None]
    if not keys:
        objects.remove(secret.key)
    elif len(kept) < len(secret.more) + bool(secret.first_key):
        (first_key, first), *more = kept or [("", Sealed(""))]
        objects.put(msgspec.structs.replace(secret, first_key=first_key, first=first, more=tuple(more)))
