"""Which AccessTokens are looked at again because something else changed. Asks nobody.

Along this way a change travels by itself: a Secret to the token it holds, a token to those derived from it, and, by the
other kinds, on to the Pages that use it.
"""

from collections.abc import Iterator

from pagewire.resources import AccessToken, TokenType
from pagewire_operator.brain.indices import app_key, find, key_of, of_app
from pagewire_operator.model import Key, World

__all__ = ["dependants"]


def dependants(key: Key, world: World) -> Iterator[Key]:
    """The AccessTokens that depend on a Secret, a MessengerApp or another AccessToken; each once."""
    yield from dict.fromkeys(_found(key, world))


def _found(key: Key, world: World) -> Iterator[Key]:
    place = f"{key.namespace}/{key.name}"
    if key.kind == "AccessToken":
        yield from map(key_of, find(world, "AccessToken", "parent", place))
    if key.kind == "Secret":
        yield from map(key_of, find(world, "AccessToken", "secret", place))
        yield from _made_of(place, world)
    yield from of_app(world, "AccessToken", key)


def _made_of(secret: str, world: World) -> Iterator[Key]:
    """App tokens that are made of an app secret: those are no longer right, even if they still work."""
    for app in find(world, "MessengerApp", "secret", secret):
        for token in find(world, "AccessToken", "app", app_key(app)):
            if isinstance(token, AccessToken) and token.spec.type is TokenType.APP:
                yield key_of(token)
