"""docs/reference/sending.md: what can be sent where, with its limits, and what Meta ended; from the tables the checks use."""

from collections.abc import Iterator

from pagewire.capabilities import LEFT_OUT, TABLE, Cell, Feature, Limit, No, Until, cell
from pagewire.deprecations import DEPRECATIONS, KNOWN, WARNING_DAYS, Deprecation
from pagewire.graph.admin.versions import ENDS
from pagewire.surfaces import Surface
from tests.pagewire.sending.examples import EXAMPLES

_HEAD = f"""\
# Sending

<!-- Written by `python -m tests.generated` from `pagewire.capabilities` and `pagewire.deprecations`; edit those instead. -->

What a plugin may say, on each way to a person. The gateway checks each [reply](hooks.md#what-a-hook-may-return) against this very
table before it calls Meta, and tests send every cell and every limit to the simulator: what says yes is accepted; what says no is
refused by the gateway, and sent all the same refused by Meta or without effect. How to say it all, by example:
[send anything](../how-to/send-anything.md). When a message may go out at all is another question: [policy](policy.md).

Characters are counted in UTF-16 units, the stricter reading of Meta's word: an emoji counts as two. Bytes are counted in UTF-8. A
number alone counts entries. As of {KNOWN}.
"""
_ENDS = f"""\
## What Meta ended

Whoever uses one of these is refused from the day on, with what to use instead. In the {WARNING_DAYS} days before, the
gateway logs a warning once a plugin and counts each use in the metric `pagewire.reply.ending`.

| what | where | ended | instead |
| --- | --- | --- | --- |
"""
_LEFT_OUT = """\
## What Pagewire does not send

Meta has, or had, these; there is no reply for them, and plugins cannot ask for them.

| what | on the wire | why not | instead |
| --- | --- | --- | --- |
"""
_SECTIONS: dict[str, tuple[Feature, Feature]] = {
    "Messages": (Feature.TEXT, Feature.RAW),
    "Templates": (Feature.GENERIC, Feature.INFORMATION),
    "Buttons": (Feature.URL_BUTTON, Feature.GAME_BUTTON),
    "With any message": (Feature.REPLY_TO, Feature.PRIVATE_REPLY_POST),
    "Approved and paid messages": (Feature.UTILITY, Feature.ONE_TIME_TOKEN),
    "Without a message": (Feature.TYPING, Feature.BAN),
}


_VERSIONS = """\

## Versions of the Graph API

Meta serves a version that has ended as the oldest one alive, and says so only in a header. `graphVersion` of the
`MessengerApp` sets it.

| version | ends |
| --- | --- |
"""


def text() -> str:
    """The whole page."""
    ends = [_ENDS.rstrip("\n"), *_ended(), _VERSIONS.rstrip("\n"), *_versions()]
    left_out = [
        _LEFT_OUT.rstrip("\n"),
        *(f"| {what} | `{wire}` | {why} | {ways} |" for what, wire, why, ways in LEFT_OUT),
        "",
    ]
    return "\n".join([_HEAD, *_sections(), *left_out, *ends]) + "\n"


def _versions() -> list[str]:
    return [f"| {version} | {ends or 'not set yet'} |" for version, ends in ENDS.items()]


def _sections() -> Iterator[str]:
    features = list(TABLE)
    for title, (first, last) in _SECTIONS.items():
        rows = features[features.index(first) : features.index(last) + 1]
        head = f"| what | reply | {' | '.join(surface.label for surface in Surface)} |"
        yield "\n".join([f"## {title}\n", head, "| --- | --- | --- | --- | --- |", *map(_row, rows), ""])


def _row(feature: Feature) -> str:
    reply = type(EXAMPLES[feature]).__name__
    cells = [_said(cell(feature, surface), surface) for surface in Surface]
    return f"| {feature} | [`{reply}`](hooks.md#{reply.lower()}) | {' | '.join(cells)} |"


def _said(found: Cell, surface: Surface) -> str:
    if isinstance(found, No):
        return "no" if found.reason.startswith("exists on ") and ";" not in found.reason else f"no: {found.reason}"
    if isinstance(found, Until):
        ends = DEPRECATIONS[found.key].ends
        return f"no, ended on {ends}" if ends <= KNOWN else f"until {ends}"
    parts = [*(_limit(name, limit) for name, limit in found.limits.items()), *filter(None, [found.note])]
    return f"yes: {'; '.join(parts)}" if parts else "yes"


def _limit(name: str, limit: Limit) -> str:
    return f"`{name}` {limit}"


def _ended() -> list[str]:
    return [_end(found) for found in sorted(DEPRECATIONS.values(), key=lambda one: (one.ends, one.name))]


def _end(found: Deprecation) -> str:
    where = "everywhere" if len(found.surfaces) == len(Surface) else _where(found)
    day = str(found.ends) if found.is_exact else f"{found.ends} or before"
    return f"| {found.name} | {where} | {day} | {found.instead} |"


def _where(found: Deprecation) -> str:
    return "Messenger" if Surface.MESSENGER in found.surfaces else "Instagram"
