"""What people do with events in the console, in Chromium."""

import asyncio

import pytest
import pytest_asyncio
from msgspec import structs
from playwright.async_api import expect

from pagewire import Refused, Text, TryLater, hookimpl
from pagewire.wire import read
from pagewire_gateway.app import now
from pagewire_gateway.audit.port import Query
from pagewire_gateway.journal.port import EventFilter
from tests.browser import chromium
from tests.pagewire_gateway import making
from tests.pagewire_gateway.console.browsing import barriers, visit
from tests.pagewire_gateway.stage import plugins, staged

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow(45)]

PLANTED = "<script>alert('text')</script><img src=x onerror=alert(1)>"
PATHS = (
    *("/console/events", "/console/live", "/console/conversations", "/console/parked", "/console/replays"),
    "/console/replays/new?kind=message",
)


class Answers:
    """Answers what people write."""

    @hookimpl
    async def message_received(self, event):
        return Text(text=f"You said {event.text}")


class Moody:
    """Is late, refuses, or waits, as the text asks; its reasons try to be more than text."""

    seen: list[str] = []

    @hookimpl
    async def message_received(self, event, context):
        self.seen.append(event.id)
        if event.text == "late" and context.attempt == 1:
            raise TryLater(0.05, f"busy {PLANTED}")
        if event.text == "never":
            raise Refused(f"not that {PLANTED}")
        if event.text == "wait":
            raise TryLater(600, "the CRM is away")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory):
    """A gateway with a little of everything."""
    shown_at = {"trace_url": "https://traces.example.com/trace/{trace_id}"}
    found_here = plugins(answers=Answers, moody=Moody)
    async with staged(tmp_path_factory.mktemp("console"), found_here, also=shown_at) as running:
        for number, text in enumerate(("late", "never", "wait", PLANTED, "never")):
            await running.sim.say(making.PAGE, f"p{number}", text)
        await running.sim.wait_for_sends(5)

        async def settled() -> bool:
            return len(await running.gateway.journal.parked()) == 2 and len(await found(running, "message_echo")) == 5

        await running.until(settled)
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as started:
        yield started


async def found(stage, kind="message", **query):
    return await stage.gateway.journal.events(EventFilter(kind=kind, **query))


async def event_of(stage, text: str) -> str:
    return next(one.stored.id for one in await found(stage) if text.encode() in one.stored.item.raw)


async def addresses(stage) -> list[str]:
    """Every page of these, with something on it."""
    late, planted = await event_of(stage, '"late"'), await event_of(stage, "onerror")
    group = "/console/parked/group?what=event&plugin=moody&cause=Refused"
    return [*PATHS, f"/console/events/{late}", f"/console/events/{planted}", f"/console/conversations/{planted}", group]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_everybody_can_use_every_page(stage, browser, scheme, width):
    async with visit(browser, stage, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
        for address in await addresses(stage):
            await page.goto(address)
            assert await barriers(page) == [], address
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, address


async def test_pages_can_be_read_without_script(stage, browser):
    async with visit(browser, stage, java_script_enabled=False) as page:
        for address in await addresses(stage):
            await page.goto(address)
            await expect(page.locator("main h1")).to_be_visible()
        await page.goto("/console/events?state=parked")
        await expect(page.locator("tbody tr")).to_have_count(2)
        await page.locator("tbody th a").first.click()
        await expect(page.locator(".timeline li", has_text="failed for good, parked")).to_be_visible()


async def test_an_event_is_found_and_its_timeline_followed(stage, browser):
    late = await event_of(stage, '"late"')
    (talk,) = {str(one.stored.item.conversation) for one in await found(stage) if one.stored.id == late}
    async with visit(browser, stage) as page:
        for wanted in (late, (await found(stage, id=late))[0].outbox[0].mid):
            await page.goto("/console/events")
            await page.keyboard.press("/")
            await page.keyboard.type(wanted)
            await page.keyboard.press("Enter")
            await page.wait_for_url("**/console/events/*")
        await page.goto(f"/console/events/{late}")
        told = await page.locator(".timeline .what").all_inner_texts()
        moody = [line.removeprefix("moody ") for line in told if line.startswith("moody")]
        assert moody == ["Attempt 1: failed, will be tried again", "Attempt 2: went well"]
        answers = [line.removeprefix("answers ") for line in told if line.startswith("answers")]
        assert answers[:3] == ["Attempt 1: went well", "Asked for a reply", "Sent; Meta took it"]
        assert "Its echo came back" in answers
        await expect(page.locator(".why", has_text="TryLater: busy <script>")).to_be_visible()
        await page.get_by_role("link", name="the echo").click()
        await expect(page.get_by_role("heading", name="message_echo event")).to_be_visible()
        await page.goto("/console/events")
        await page.get_by_label("Id of an event").fill(talk)
        await page.get_by_role("button", name="Find").click()
        await expect(page.get_by_role("heading", name="Conversation")).to_be_visible()
        assert talk.rpartition("/")[2] not in page.url
        await page.goto("/console/events")
        await page.get_by_label("Id of an event").fill("nothing")
        await page.get_by_role("button", name="Find").click()
        await expect(page.get_by_text("Nothing here has this id.")).to_be_visible()


async def test_filters_leave_what_was_asked_for(stage, browser):
    async with visit(browser, stage) as page:
        await page.goto("/console/events")
        await page.get_by_label("State").select_option("retry")
        await page.get_by_label("Plugin").select_option("moody")
        await page.get_by_label("Since").fill("1h")
        await page.get_by_role("button", name="Show").click()
        await expect(page.locator("tbody tr")).to_have_count(1)
        await expect(page.get_by_label("Since")).to_have_value("1h")
        await page.goto("/console/events?since=yesterday")
        await expect(page.get_by_text("'yesterday' is no time")).to_be_visible()


async def test_a_payload_is_hidden_until_somebody_reveals_it(stage, browser):
    planted = await event_of(stage, "onerror")
    async with visit(browser, stage) as page:
        await page.goto(f"/console/events/{planted}")
        payload = page.get_by_role("region", name="What Meta sent")
        await expect(payload).not_to_contain_text("onerror")
        await page.get_by_role("button", name="Reveal").click()
        await expect(payload).to_contain_text("onerror=alert(1)")
        assert await page.locator("main img").count() == 0
        await page.goto(f"/console/events/{planted}")
        await expect(payload).not_to_contain_text("onerror")
    (act,) = await stage.gateway.audit.latest(Query(limit=10, action="event.reveal"))
    assert (act.name, act.on, act.outcome) == ("local", planted, "done")


async def test_one_event_is_replayed_and_sends_nothing(stage, browser):
    late, sends = await event_of(stage, '"late"'), len(stage.sim.sends)
    async with visit(browser, stage) as page:
        await page.goto(f"/console/events/{late}")
        await page.get_by_label("Plugin").select_option("answers")
        await page.get_by_role("button", name="Replay").click()
        await expect(page.get_by_text("Put back for 1 plugin.")).to_be_visible()
        await stage.until_state(late, "answers", "done")
        await page.reload()
        await expect(page.locator(".what", has_text="Put back by a person")).to_be_visible()
        await expect(page.locator(".what", has_text="Not sent, as nobody asked for it")).to_be_visible()
    assert len(stage.sim.sends) == sends
    (act,) = await stage.gateway.audit.latest(Query(limit=10, action="events.replay"))
    assert (act.on, act.detail) == (late, "plugin answers, sends none, 1 put back")


async def test_a_stolen_form_changes_nothing(stage, browser):
    late = await event_of(stage, '"late"')
    async with visit(browser, stage) as page:
        await page.goto(f"/console/events/{late}")
        answer = await page.request.post(f"/console/events/{late}/replay", form={"sends": "all", "csrf": "forged"})
        assert answer.status == 403


async def test_parked_work_is_taken_up_and_given_up_by_its_cause(stage, browser):
    async with visit(browser, stage) as page:
        await page.goto("/console/parked")
        await page.get_by_role("link", name="Refused").click()
        await expect(page.locator("tbody tr")).to_have_count(2)
        await page.get_by_role("button", name="Replay 2").click()
        await expect(page.get_by_role("heading", name="2 of 2")).to_be_visible()

        async def parked_again() -> bool:
            return len(await stage.gateway.journal.parked()) == 2

        await stage.until(parked_again)
        await page.goto("/console/parked/group?what=event&plugin=moody&cause=Refused")
        await page.get_by_label("I mean it").check()
        await page.get_by_role("button", name="Drop 2").click()
        await expect(page.get_by_role("heading", name="2 of 2")).to_be_visible()
        await page.goto("/console/parked")
        await expect(page.get_by_text("Nothing is parked")).to_be_visible()


async def test_a_thousand_events_are_replayed_until_somebody_cancels(stage, browser):
    people = (making.message("many", f"2400000000001{number:04d}") for number in range(1000))
    await stage.deliver(*people)
    await stage.until(lambda: len(Moody.seen) >= 1005)
    async with visit(browser, stage) as page:
        await page.goto("/console/events?kind=message&account=" + making.PAGE)
        await page.get_by_role("link", name="Replay these…").click()
        await expect(page.locator(".figure .value").first).to_have_text("1,005")
        await page.locator("#f-lane").select_option("moody")
        await page.get_by_label("Events a second").select_option("200")
        await page.get_by_role("button", name="Replay 1,005 events").click()
        await expect(page.get_by_role("heading", name="of 1,005")).to_be_visible()
        await expect(page.get_by_text("at 200 a second")).to_be_visible()
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.get_by_text("Stopped after")).to_be_visible()
        (job, *_) = stage.gateway.replays.all()
        assert (job.state, job.total) == ("cancelled", 1005)
        assert 0 < job.looked < 1005


WATCH = """() => {
  const seen = { rows: [], updates: 0 };
  new MutationObserver((changes) => {
    seen.updates += 1;
    const added = changes.flatMap((one) => [...one.addedNodes]).filter((node) => node.matches?.("tr"));
    // The newest is on top.
    seen.rows.push(...added.map((row) => row.querySelector("a").pathname.split("/").pop()).reverse());
  }).observe(document.querySelector("main tbody"), { childList: true });
  return seen;
}"""
"""Remembers every row that comes into the page, in the order of events."""


async def test_the_live_page_keeps_up_with_two_hundred_events_a_second(stage, browser):
    async with visit(browser, stage) as page:
        await page.goto("/console/live")
        await expect(page.locator("[data-live-state]")).to_have_text("live")
        watching = await page.evaluate_handle(WATCH)
        sent = []
        for batch in range(15):
            people = (making.message("live", f"24000000002{batch:02d}{number:04d}") for number in range(40))
            sent += [stored.id for stored in (await stage.deliver(*people)).new]
            await asyncio.sleep(0.2)
        total = page.locator("[data-live] .value").nth(1)

        async def all_there() -> bool:
            return len(await watching.evaluate("seen => seen.rows")) >= len(sent)

        await stage.until(all_there, 60)
        assert await watching.evaluate("seen => seen.rows") == sent, "each once, and in order"
        assert int((await total.inner_text()).replace(",", "")) == len(sent)
        assert await page.locator("tbody tr").count() <= 200
        assert await watching.evaluate("seen => seen.updates") < 15, "fewer updates than batches: they are gathered"
        await page.get_by_role("button", name="Pause").click()
        rested = making.message("while it rests", "24000000003000001")
        (late,) = (await stage.deliver(rested)).new
        await page.get_by_role("button", name="Go on").click()
        await expect(page.locator(f"tbody a[href='/console/events/{late.id}']")).to_be_visible(timeout=60_000)
        assert (await watching.evaluate("seen => seen.rows"))[len(sent) :] == [late.id]


async def test_a_traced_event_leads_to_its_trace_and_no_other_does(stage, browser):
    (item,) = read(making.body(making.message("traced", "24000000003000002")), now()).items
    traced = structs.replace(item, trace=f"00-{'ab' * 16}-{'cd' * 8}-01")
    (stored,) = (await stage.gateway.journal.append([traced], now(), "support/acme")).new
    async with visit(browser, stage) as page:
        await page.goto(f"/console/events/{stored.id}")
        link = page.get_by_role("link", name="ab" * 16)
        await expect(link).to_have_attribute("href", f"https://traces.example.com/trace/{'ab' * 16}")
        await expect(link).to_have_attribute("rel", "noreferrer")
        other = (await found(stage, limit=2))[0].stored.id
        await page.goto(f"/console/events/{other}")
        await expect(page.get_by_text("Trace", exact=True)).to_have_count(0)
