"""Thirteen faults, made for real: which alert tells of each, which panel shows it first, and where the clicks lead."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from tests.e2e import hands
from tests.observability.place import FIELDS, Place
from tools.dashboards.model import Uid

Hand = Callable[[Place], Awaitable[None]]


class Look(NamedTuple):
    """A panel, and what is to be seen on it.

    Attributes:
        board, panel: where.
        sees: PromQL around the panel's own query, which stands for ``%``; it gives something if the fault is to be seen.
    """

    board: Uid
    panel: str
    sees: str


class Fault(NamedTuple):
    """One row of the table.

    Attributes:
        name: of the row.
        happens: in words.
        make, mend: how it is made, and how it ends.
        alert: who tells of it.
        looks: the first panel, and those that clicks lead to; the last names the cause.
        cause: what the last look names.
    """

    name: str
    happens: str
    make: Hand
    mend: Hand
    alert: str
    looks: tuple[Look, ...]
    cause: str


async def _token_dies(place: Place) -> None:
    place.town.sim.identity.expire_token(place.shop.token("harbour"))


async def _new_token(place: Place) -> None:
    shop = place.shop
    issue = place.town.sim.identity.issue_token
    new = issue("PAGE", app=shop.app_id, user=shop.user_id, account=shop.page_id("harbour"))
    await shop.apply(shop.secret_of("harbour", new))


async def _crm_down(place: Place) -> None:
    await place.crm.stop()


async def _crm_up(place: Place) -> None:
    port = int(place.crm.url.split(":")[2].split("/")[0])
    await place.crm.start(port)


def _unruly(mode: str) -> Hand:
    async def behave(place: Place) -> None:
        place.behave(mode)

    return behave


async def _well_again(place: Place) -> None:
    place.behave("ok")
    await place.resume("unruly")


async def _thrown_out(place: Place) -> None:
    place.town.sim.settings.unsubscribe(place.shop.page_id("watched"), place.shop.app_id)
    await place.shop.looked_at()


async def _taken_in(place: Place) -> None:
    place.town.sim.settings.install(place.shop.page_id("watched"), FIELDS, place.shop.app_id)
    await place.shop.looked_at()


async def _throttle(place: Place) -> None:
    place.town.sim.identity.set_usage("messenger", place.shop.page_id("harbour"), 100)


async def _no_throttle(place: Place) -> None:
    place.town.sim.identity.set_usage("messenger", place.shop.page_id("harbour"), None)


async def _little_room(place: Place) -> None:
    """Restart the gateway with less and less room for its journal, as what is kept for its own needs shrinks with it."""
    room = int(1.05 * await place.gateway.metric("pagewire_journal_size_bytes"))
    for _ in range(6):
        await place.replace_gateway(PAGEWIRE_JOURNAL_MAX_BYTES=str(room))
        await place.town.until(place.knows_room, "the journal's room is known")
        free, size = [await place.gateway.metric(f"pagewire_journal_{name}_bytes") for name in ("free", "size")]
        if free < 0.08 * (free + size):
            return
        room -= int(0.95 * free)


async def _much_room(place: Place) -> None:
    await place.replace_gateway()


async def _operator_stops(place: Place) -> None:
    await place.operator.kill()


async def _operator_starts(place: Place) -> None:
    await place.operator.start()


async def _gateway_stops(place: Place) -> None:
    await place.gateway.kill()


async def _gateway_starts(place: Place) -> None:
    await place.gateway.start()


async def _silence(place: Place) -> None:
    """After a busy time, so that it is known what is usual."""
    before, busy = await place.gateway.metric("pagewire_webhook_events_total"), 1000
    for number in range(busy):
        await place.town.sim.say(place.shop.page_id("harbour"), f"passer-by-{number % 50}", "good morning")

    async def arrived() -> bool:
        return await place.gateway.metric("pagewire_webhook_events_total") >= before + busy

    await place.town.until(arrived, "heard of a thousand passers-by")
    place.town.sim.meta.delivery.paused = True


async def _speech(place: Place) -> None:
    place.town.sim.meta.delivery.paused = False


async def _reset_secret(place: Place) -> None:
    await hands.reset_app_secret(place.shop)


async def _tell_secret(place: Place) -> None:
    await hands.give_new_app_secret(place.shop)


async def _graph_down(place: Place) -> None:
    await hands.graph_down(place.shop)


async def _graph_back(place: Place) -> None:
    await hands.graph_back(place.shop)


def _with(value: str = "> 0", **labels: str) -> str:
    """The part of a query's series that have these labels, and such a value."""
    wanted = "vector(1)"
    for name, told in labels.items():
        wanted = f'label_replace({wanted}, "{name}", "{told}", "", "")'
    return f"(% {value}) and on ({', '.join(labels)}) {wanted}"


def _overview(panel: str, sees: str = "% > 0") -> Look:
    return Look(Uid.OVERVIEW, panel, sees)


FAULTS: Final = (
    Fault(
        "journal-nearly-full",
        "The journal may hardly grow any more",
        _little_room,
        _much_room,
        "PagewireJournalNearlyFull",
        (_overview("Journal left", "% < 0.1"), Look(Uid.JOURNAL, "Room", "%")),
        "bytes taken and left",
    ),
    Fault(
        "wrong-secret",
        "The app secret is reset at Meta and nobody tells us",
        _reset_secret,
        _tell_secret,
        "PagewireSignaturesRefused",
        (
            _overview("Forged or unsigned", "% > 0.1"),
            Look(
                Uid.JOURNAL,
                "Refused signatures",
                _with(outcome="bad_signature"),
            ),
        ),
        "app, and bad_signature",
    ),
    Fault(
        "operator-stopped",
        "The operator is killed",
        _operator_stops,
        _operator_starts,
        "PagewireOperatorDown",
        (_overview("Operator", "% == 0"),),
        "nobody at work",
    ),
    Fault(
        "gateway-stopped",
        "The gateway is killed",
        _gateway_stops,
        _gateway_starts,
        "PagewireGatewayDown",
        (_overview("Gateways", "% == 0"),),
        "no gateway",
    ),
    Fault(
        "token-dies",
        "The token of a Page ends at Meta",
        _token_dies,
        _new_token,
        "PagewireAccountsCannotSend",
        (
            _overview("Accounts in trouble"),
            Look(
                Uid.OUTBOX,
                "Accounts in trouble, and why",
                _with(trouble="token"),
            ),
            Look(
                Uid.PAGES,
                "Conditions that are not True",
                _with(name="harbour", type="TokenValid"),
            ),
        ),
        "MessengerPage harbour, TokenValid",
    ),
    Fault(
        "crm-down",
        "The CRM takes no connections",
        _crm_down,
        _crm_up,
        "PagewirePluginUnwell",
        (
            _overview("Plugins not well"),
            Look(
                Uid.PLUGINS,
                "Health",
                _with(pagewire_plugin_name="crm-sync"),
            ),
        ),
        "plugin crm-sync, failing",
    ),
    Fault(
        "plugin-fails",
        "A plugin raises for every event",
        _unruly("raise"),
        _well_again,
        "PagewirePluginCircuitOpen",
        (
            _overview("Plugins not well"),
            Look(
                Uid.PLUGINS,
                "Circuit",
                _with(pagewire_plugin_name="unruly"),
            ),
        ),
        "plugin unruly, circuit open",
    ),
    Fault(
        "plugin-stuck",
        "A plugin hangs with every event",
        _unruly("hang"),
        _well_again,
        "PagewireBacklogOld",
        (
            _overview("Oldest unsettled", "% > 10"),
            Look(Uid.JOURNAL, "Backlog by plugin", "topk(1, %) > 0"),
            Look(
                Uid.PLUGINS,
                "Time of a hook call",
                _with("> 1", pagewire_plugin_name="unruly"),
            ),
        ),
        "plugin unruly, hook calls as long as the limit",
    ),
    Fault(
        "loop-blocked",
        "A plugin computes in its hook and gives nobody else a turn",
        _unruly("block 0.6"),
        _well_again,
        "PagewirePluginKeepsLoop",
        (
            _overview("Plugins not well"),
            Look(
                Uid.PLUGINS,
                "Kept the event loop",
                _with(pagewire_plugin_name="unruly"),
            ),
        ),
        "plugin unruly",
    ),
    Fault(
        "page-unsubscribed",
        "A Page throws the app out, and the operator may only look",
        _thrown_out,
        _taken_in,
        "PagewirePageNotSubscribed",
        (
            _overview("Not subscribed"),
            Look(Uid.PAGES, "Subscribed", _with("== 0", name="watched")),
        ),
        "MessengerPage watched",
    ),
    Fault(
        "graph-down",
        "Meta answers everything with server errors",
        _graph_down,
        _graph_back,
        "PagewireGraphFailing",
        (_overview("Graph API errors", "sum(%) > 0.3"), Look(Uid.OUTBOX, "Errors", "topk(1, %) > 0")),
        "class of the error",
    ),
    Fault(
        "throttled",
        "The Page's allowance at Meta is used up",
        _throttle,
        _no_throttle,
        "PagewireThrottled",
        (
            _overview("Accounts in trouble"),
            Look(
                Uid.OUTBOX,
                "Allowances used",
                _with(">= 1", name="harbour"),
            ),
        ),
        "MessengerPage harbour, 100 %",
    ),
    # Last, as what is usual has to be known.
    Fault(
        "no-webhooks",
        "Meta delivers nothing any more",
        _silence,
        _speech,
        "PagewireNoWebhooks",
        (_overview("Last webhook", "% > 30"), Look(Uid.PAGES, "Last webhook", "% > 30")),
        "every account alike",
    ),
)
