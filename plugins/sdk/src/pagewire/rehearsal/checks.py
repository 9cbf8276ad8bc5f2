"""The contract of a plugin, check by check: with the samples of every kind, no gateway, and no network of ours."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from pagewire import samples
from pagewire.configs import PluginError, read_config
from pagewire.contract import mistakes, version_of_api
from pagewire.errors import TryLater
from pagewire.events import Event
from pagewire.installed import config_of
from pagewire.people import DeletedPerson
from pagewire.rehearsal.playing import Rehearsal
from pagewire.rehearsal.telling import events_of_sample

__all__ = ["CHECKS", "Check", "check_plugin"]

LONGEST_RECEIPT: Final = 200
_GRACE: Final = 5.0
"""Seconds a hook that was cancelled has to end."""
_REQUESTED: Final = datetime(2026, 1, 1, tzinfo=UTC)


class Check(Struct, frozen=True, kw_only=True):
    """One part of the contract.

    Attributes:
        name: of the check.
        passed: whether the plugin keeps it.
        problem: what is wrong and what to do; empty if it passed.
    """

    name: str
    passed: bool
    problem: str = ""


class Broken(Exception):
    """A part of the contract is not kept; says which, and what to do."""


Given = tuple[str, Any, Any]
"""Name, subject and configuration of a plugin."""


async def check_plugin(name: str, subject: Any, config: Any = None, *, only: str | None = None) -> list[Check]:
    """Hold a plugin to its contract.

    Args:
        name: of the plugin.
        subject: the module or object it is.
        config: a configuration that fits, as a resource would have it.
        only: the one check to make; all without.
    """
    wanted = {check: one for check, one in CHECKS.items() if only in (None, check)}
    return [await _checked(check, one, (name, subject, config)) for check, one in wanted.items()]


async def _checked(name: str, check: Callable[[Given], Awaitable[None]], given: Given) -> Check:
    try:
        await check(given)
    except (Broken, PluginError) as error:
        return Check(name=name, passed=False, problem=str(error))
    return Check(name=name, passed=True)


async def _hooks_exist(given: Given) -> None:
    name, subject, _ = given
    try:
        version_of_api(subject)
    except ValueError as error:
        raise Broken(str(error)) from error
    if wrong := next(mistakes(subject), None):
        raise Broken(wrong)
    if not Rehearsal(name, subject, given[2]).hooks:
        raise Broken("it implements no hook: mark its functions with @pagewire.hookimpl")


async def _config_round_trips(given: Given) -> None:
    name, subject, raw = given
    struct = config_of(name, subject)
    if struct is None:
        return
    msgspec.json.schema(struct)
    config = read_config(name, struct, raw)
    again = read_config(name, struct, msgspec.json.decode(msgspec.json.encode(config)))
    if again != config:
        raise Broken("a configuration that is written as JSON and read again is another one: compare its fields")
    with contextlib.suppress(PluginError):
        read_config(name, struct, {**(raw or {}), "noSuchField": 1})
        raise Broken(
            "Config takes fields that it does not have, so a misspelt one goes unnoticed: forbid_unknown_fields=True"
        )


async def _takes_every_event(given: Given) -> None:
    async with _playing(given) as rehearsal:
        for sample, event in _events(rehearsal):
            played = await rehearsal.play(event)
            if played.outcome in ("failed", "refused") and not _is_said(played.reason, played.outcome):
                raise Broken(f"at sample {sample} ({event.kind}): {played.reason}")


async def _repeats_are_harmless(given: Given) -> None:
    async with _playing(given) as rehearsal:
        for sample, event in _events(rehearsal):
            first = await rehearsal.play(event)
            again = await rehearsal.play(event, attempt=2)
            if again.outcome != first.outcome or again.replies != first.replies:
                raise Broken(
                    f"at sample {sample} ({event.kind}) another attempt at the same event came to something else: the gateway "
                    "repeats a hook whose end it could not write down, and sends what the repeat says. Keep what was decided "
                    "under context.idempotency_key"
                )


async def _ends_when_cancelled(given: Given) -> None:
    async with _playing(given) as rehearsal:
        for sample, event in _events(rehearsal):
            task = asyncio.ensure_future(rehearsal.play(event))
            await asyncio.sleep(0)
            task.cancel()
            _, late = await asyncio.wait([task], timeout=_GRACE)
            if late:
                raise Broken(
                    f"at sample {sample} ({event.kind}) it goes on after its time is over: let CancelledError through"
                )


async def _forgets_people(given: Given) -> None:
    async with _playing(given) as rehearsal:
        for sample, event in _events(rehearsal):
            if event.person is None:
                continue
            await rehearsal.play(event)
            if "person_deleted" in rehearsal.hooks:
                await _delete(rehearsal, sample, event, event.person)
            await _check_account_store(rehearsal, sample, event, event.person)


async def _delete(rehearsal: Rehearsal, sample: str, event: Event, person: str) -> None:
    who = DeletedPerson(
        object=event.object, account=event.account, id=person, request="d-check", ground="operator",
        requested=_REQUESTED,
    )  # fmt: skip
    for attempt in (1, 2):
        _check_receipt(sample, person, await _receipt(rehearsal, event, who, attempt))


async def _check_account_store(rehearsal: Rehearsal, sample: str, event: Event, person: str) -> None:
    """What a conversation's store holds goes with its person; what the account's holds stays, and nobody would look there."""
    store = rehearsal.context(event).account_store
    kept = {key: await store.get(key) for key in await store.keys()}
    if person in msgspec.json.encode(kept).decode():
        raise Broken(
            f"after sample {sample} context.account_store still holds the person's id, which a deletion does not reach: "
            "keep it in context.store"
        )


async def _receipt(rehearsal: Rehearsal, event: Event, who: DeletedPerson, attempt: int) -> object:
    try:
        return await rehearsal.call("person_deleted", person=who, context=rehearsal.context(event, attempt=attempt))
    except TryLater:
        return None  # What it speaks with is not there, so it is asked again until it is.
    except Exception as error:
        raise Broken(f"person_deleted, attempt {attempt}: {type(error).__name__}: {error}") from error


def _check_receipt(sample: str, person: str, said: object) -> None:
    if said is not None and (not isinstance(said, str) or len(said) > LONGEST_RECEIPT):
        raise Broken(
            f"person_deleted returned {type(said).__name__}; a word of at most {LONGEST_RECEIPT} characters, or nothing"
        )
    if said and person in said:
        raise Broken(
            f"after sample {sample} person_deleted returned the person's id: the proof of a deletion names nobody"
        )


async def _keeps_people_out_of_logs(given: Given) -> None:
    with recorded_log() as lines:
        async with _playing(given) as rehearsal:
            for sample, event in _events(rehearsal):
                lines.clear()
                await rehearsal.play(event)
                if found := personal_in("\n".join(lines), event):
                    raise Broken(
                        f"at sample {sample} its log says what {found}: log ids of events, not what people wrote"
                    )


@contextlib.asynccontextmanager
async def _playing(given: Given) -> AsyncIterator[Rehearsal]:
    """A rehearsal whose plugin is told to stop at the end."""
    rehearsal = Rehearsal(*given)
    if "page_added" in rehearsal.hooks:
        await rehearsal.call("page_added", context=rehearsal.context())
    try:
        yield rehearsal
    finally:
        if "plugin_stopped" in rehearsal.hooks:
            await rehearsal.call("plugin_stopped")


def _events(rehearsal: Rehearsal) -> Iterator[tuple[str, Event]]:
    for sample in samples.names():
        for event in events_of_sample(sample):
            if rehearsal.hooks_for(event):
                yield sample, event


def _is_said(reason: str, outcome: str) -> bool:
    """Whether the plugin itself refused, which it may."""
    return outcome == "refused" and not reason.startswith("ReplyError")


@contextlib.contextmanager
def recorded_log() -> Iterator[list[str]]:
    """All lines that are logged meanwhile, by whomever."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def personal_in(text: str, event: Event) -> str:
    """What of an event's person is in a text: ``its person's id is``, ``its person wrote``; empty if nothing is."""
    if event.person and event.person in text:
        return "its person's id is"
    said = getattr(event, "text", None)
    return "its person wrote" if isinstance(said, str) and len(said) > 3 and said in text else ""


CHECKS: Final[dict[str, Callable[[Given], Awaitable[None]]]] = {
    "its hooks exist, with these arguments": _hooks_exist,
    "its configuration survives being written and read": _config_round_trips,
    "it takes every kind of event": _takes_every_event,
    "a repeat comes to the same": _repeats_are_harmless,
    "it ends when its time is over": _ends_when_cancelled,
    "it forgets people, and says so without naming them": _forgets_people,
    "its log is silent about people": _keeps_people_out_of_logs,
}
