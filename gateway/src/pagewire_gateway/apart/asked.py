"""What a plugin in a process of its own may ask of its context, answered in the gateway."""

from typing import Any, Final

from pagewire_gateway.apart.words import Ask, linkable

_METHODS: Final = {
    "store": frozenset({"get", "entry", "put", "replace", "delete", "keys"}),
    "account_store": frozenset({"get", "entry", "put", "replace", "delete", "keys"}),
    "http": frozenset({"request"}),
    "people": frozenset({"link", "unlink", "same"}),
    "": frozenset({"person", "conversation", "sent_here"}),
}


async def answered(context: Any, ask: Ask) -> Any:
    """Ask the context itself.

    Raises:
        LookupError: a context has nothing of that name.
        Exception: whatever the context raises.
    """
    if ask.method not in _METHODS.get(ask.part, ()):
        raise LookupError(f"contexts have no {ask.part}.{ask.method}")
    part = getattr(context, ask.part) if ask.part else context
    given = [linkable(ask.given[0]), *ask.given[1:]] if ask.part == "people" and ask.given else ask.given
    return await getattr(part, ask.method)(*given, **ask.named)


def facts_of(context: Any) -> dict[str, Any]:
    """What a context tells without being asked, as far as its kind has it."""
    names = ("account", "asked_by", "attempt", "config", "configs", "idempotency_key")
    return {name: getattr(context, name) for name in names if hasattr(context, name)}
