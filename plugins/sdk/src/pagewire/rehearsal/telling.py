"""Events out of what somebody has at hand: a text, a file."""

import time
from collections.abc import Iterator
from typing import Any

import msgspec

from pagewire import samples, wire
from pagewire.events import Event

PEOPLE = {"page": "24000000000000001", "instagram": "17840000000000001"}
ACCOUNTS = {"page": "108000000000001", "instagram": "17841400000000001"}


def message(
    text: str, *, object_: str = "page", number: int = 1, tapped: str | None = None, echo: bool = False
) -> Event:
    """What arrives when a person writes a text, taps a quick reply, or the business writes.

    Args:
        text: what they write.
        object_: ``page`` or ``instagram``.
        number: tells messages apart.
        tapped: the payload of the quick reply they tapped; the text is its title.
        echo: the business wrote it, and Meta tells.
    """
    now = int(time.time() * 1000)
    person, account = PEOPLE[object_], ACCOUNTS[object_]
    said: dict[str, Any] = {"mid": f"m_rehearsal_{number}", "text": text}
    said |= {"quick_reply": {"payload": tapped}} if tapped else {}
    said |= {"is_echo": True} if echo else {}
    sender, recipient = (account, person) if echo else (person, account)
    item = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": now, "message": said}
    body = {"object": object_, "entry": [{"id": account, "time": now, "messaging": [item]}]}
    (event,) = events_in(msgspec.json.encode(body))
    return event


def events_in(text: bytes) -> Iterator[Event]:
    """The events of a file.

    Args:
        text: a delivery body as Meta sends it; or what ``pagewire events ID --reveal`` prints, one or a list.

    Raises:
        ValueError: it is neither.
    """
    try:
        found = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise ValueError(f"that is no JSON: {error}") from error
    if isinstance(found, dict) and "entry" in found:
        yield from _of_body(text)
        return
    for one in found if isinstance(found, list) else [found]:
        yield from _of_body(msgspec.json.encode(_body_of(one)))


def listed_ids(text: bytes) -> tuple[str, ...]:
    """The ids in a list of events that ``pagewire events -o json`` printed; nothing if the text is something else."""
    try:
        found = msgspec.json.decode(text) if text else None
    except msgspec.DecodeError:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, dict) and "id" in one for one in found):
        return ()
    return tuple(str(one["id"]) for one in found if "raw" not in one)


def events_of_sample(name: str) -> Iterator[Event]:
    """The events of a sample, see `pagewire.samples`.

    Raises:
        KeyError: there is none of that name.
    """
    return _of_body(samples.body(name))


def _of_body(text: bytes) -> Iterator[Event]:
    now = int(time.time() * 1000)
    return (wire.event_of(item, now) for item in wire.read(text, now).items)


def _body_of(shown: Any) -> dict[str, Any]:
    """The delivery body that an event came in, made of how the gateway shows it."""
    if not isinstance(shown, dict) or not isinstance(shown.get("raw"), dict):
        raise ValueError(  # noqa: TRY004 - it is what the file says that is wrong
            "that is no delivery body and no event with its payload: `pagewire events ID --reveal` prints one, and "
            "`pagewire events -o json` only lists them"
        )
    via, payload = str(shown.get("via", "messaging")), shown["raw"]
    entry: dict[str, Any] = {"id": shown["account"], "time": payload.get("timestamp", 0)}
    entry[via if via in ("messaging", "standby", "changes") else "messaging"] = [payload]
    return {"object": shown["object"], "entry": [entry]}
