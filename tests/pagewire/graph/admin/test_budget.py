"""Turns: who waits, who is sent away, and that a broken resource burns nothing."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from pagewire.graph import Backoff, Config, ErrorClass, Reauth
from pagewire.graph.admin import AdminClient, AdminError, Budget, Later, Limits, Priority, Scope, ScopeKind
from pagewire.graph.admin.errors import Facts, failure
from pagewire.graph.admin.holds import Holds
from pagewire.sealed import Sealed
from tests.pagewire.graph.admin.conftest import APP, NO_HOLDS, PAGE, Play, Said
from tests.pagewire.graph.conftest import TOKEN

SCOPE = Scope(ScopeKind.OBJECT, PAGE)
OK = {"success": True}
DEAD = Said({"error": {"code": 190, "message": "Error validating access token"}}, 400)
BUSY = Said({"error": {"code": 4, "message": "(#4) Application request limit reached"}}, 403)
PROFILE_BUSY = Said({"error": {"code": 613, "message": "(#613) Calls to this api have exceeded the rate limit."}}, 400)


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    def budget(self, limits: Limits | None = None) -> Budget:
        return Budget(limits or Limits(), clock=self, sleep=self.sleep, jitter=lambda: 0.0)


@pytest.fixture
def time() -> Time:
    return Time()


async def test_a_short_wait_is_waited(time: Time) -> None:
    budget = time.budget(Limits(object_burst=1, object_per_second=1))
    for _ in range(3):
        async with budget.turn(SCOPE, priority=Priority.CHANGE):
            pass
    figures = budget.figures()
    assert time.now == pytest.approx(1002)
    assert (figures.calls[Priority.CHANGE], figures.waits) == (3, 2)
    assert figures.waited_seconds == pytest.approx(2)


async def test_a_long_wait_is_told_instead(time: Time) -> None:
    budget = time.budget(Limits(object_burst=1, object_per_second=0.1))
    async with budget.turn(SCOPE):
        pass
    assert budget.when(SCOPE) == 10
    with pytest.raises(Later, match="tried again later") as caught:
        async with budget.turn(SCOPE, call="GET /{page}"):
            pytest.fail("nobody may pass")
    assert isinstance(caught.value, Backoff)
    assert (caught.value.retry_after, caught.value.call, caught.value.http_status) == (10, "GET /{page}", None)
    assert time.now == 1000
    assert budget.figures().later == 1


async def test_many_at_once_share_what_there_is() -> None:
    """With the real clock: nobody waits for another's scope, and nobody is lost."""
    budget = Budget(Limits(object_burst=2, object_per_second=200))

    async def one(number: int) -> None:
        async with budget.turn(Scope(ScopeKind.OBJECT, str(number % 4)), priority=Priority.CHANGE):
            pass

    await asyncio.gather(*(one(number) for number in range(40)))
    assert budget.figures().calls[Priority.CHANGE] == 40


async def test_metas_refusal_for_the_app_stops_the_app_only(play: Play, time: Time) -> None:
    async with play(BUSY, OK, budget=time.budget()) as stage:
        with pytest.raises(Backoff, match="request limit"):
            await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
        with pytest.raises(Later):
            await stage.admin.pages.unsubscribe("2", Sealed("EAAOTHER"))
        await stage.instagram.accounts.subscribe("3", Sealed("IGOTHER"), ["messages"])
        figures = stage.admin.budget.figures()
        assert (figures.refusals, figures.shut[ScopeKind.APP], figures.shut[ScopeKind.OBJECT]) == (1, 1, 0)
        assert len(stage.server.requests) == 2


async def test_a_busy_profile_stops_that_profile_only(play: Play, time: Time) -> None:
    async with play(PROFILE_BUSY, OK, {"data": []}, budget=time.budget()) as stage:
        with pytest.raises(Backoff):
            await stage.admin.profile.get(PAGE, Sealed(TOKEN))
        with pytest.raises(Later) as caught:
            await stage.admin.profile.get(PAGE, Sealed(TOKEN))
        assert caught.value.retry_after == 60
        await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
        time.now += 60
        await stage.admin.profile.get(PAGE, Sealed(TOKEN))


async def test_ten_profile_calls_in_ten_minutes_are_never_passed(play: Play, time: Time) -> None:
    async with play(*[{"data": []}] * 10, budget=time.budget()) as stage:
        profile, token = stage.admin.at(Priority.CHANGE).profile, Sealed(TOKEN)
        for _ in range(10):
            await profile.get(PAGE, token)
        with pytest.raises(Later) as caught:
            await profile.get(PAGE, token)
        assert caught.value.retry_after == 600
        assert len(stage.server.requests) == 10


async def test_usage_headers_hold_back_the_less_urgent(play: Play, time: Time) -> None:
    used = Said({"success": True}, headers={"x_app_usage": '{"call_count":90}'})
    async with play(used, OK, budget=time.budget()) as stage:
        await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
        with pytest.raises(Later):
            await stage.admin.pages.subscribe("2", Sealed(TOKEN), ["feed"])
        await stage.admin.at(Priority.CHANGE).pages.subscribe("2", Sealed(TOKEN), ["feed"])
        assert stage.admin.budget.figures().app_usage == {APP: 90}


async def test_a_broken_resource_burns_nothing(play: Play, time: Time) -> None:
    """Asked every second for an hour, a dead token costs ten calls, and the same error comes back every time."""
    async with play(*[DEAD] * 10, OK, budget=time.budget()) as stage:
        for _ in range(3600):
            with pytest.raises(Reauth) as caught:
                await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
            assert caught.value.code == 190
            time.now += 1
        assert len(stage.server.requests) == 10
        assert isinstance(caught.value, AdminError)
        assert caught.value.held
        figures = stage.admin.budget.figures()
        assert (figures.held, figures.remembered) == (3590, 1)
        # Others, of the same app, notice nothing of it; neither does a new token of this one.
        await stage.admin.pages.subscribe(PAGE, Sealed("EAANEW"), ["feed"])
        assert stage.admin.budget.figures().calls[Priority.RESYNC] == 11


def changed_token(stage_token: str) -> tuple[str, list[str]]:
    return stage_token + "2", ["feed"]


def changed_fields(stage_token: str) -> tuple[str, list[str]]:
    return stage_token, ["messages"]


@pytest.mark.parametrize("changed", [changed_token, changed_fields])
async def test_what_changed_is_asked_at_once(
    play: Play, time: Time, changed: Callable[[str], tuple[str, list[str]]]
) -> None:
    async with play(DEAD, OK, budget=time.budget()) as stage:
        with pytest.raises(Reauth):
            await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
        token, fields = changed(TOKEN)
        await stage.admin.pages.subscribe(PAGE, Sealed(token), fields)


async def test_a_new_app_secret_is_tried_at_once(play: Play, time: Time, http: httpx.AsyncClient) -> None:
    """The token is the same; the proof is not."""
    wrong = Said({"error": {"code": 100, "message": "Invalid appsecret_proof provided in the API argument"}}, 400)
    async with play(wrong, OK, budget=time.budget()) as stage:
        with pytest.raises(Config):
            await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
        rotated = AdminClient(
            stage.server.url, app_id=APP, app_secret=Sealed("n3w"), http=http, budget=stage.admin.budget
        )
        await rotated.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])


async def test_success_forgets_earlier_refusals(play: Play, time: Time) -> None:
    async with play(DEAD, OK, DEAD, budget=time.budget()) as stage:
        for wait in (5, 5):
            with pytest.raises(Reauth):
                await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
            time.now += wait
            if len(stage.server.requests) == 1:
                await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
                assert stage.admin.budget.figures().remembered == 0
        assert len(stage.server.requests) == 3


async def test_a_change_waits_a_minute_at_most(play: Play, time: Time) -> None:
    async with play(*[DEAD] * 7, OK, budget=time.budget()) as stage:
        subscribe = stage.admin.pages.subscribe
        for _ in range(7):
            with pytest.raises(Reauth):
                await subscribe(PAGE, Sealed(TOKEN), ["feed"])
            time.now += 5 * 2 ** (len(stage.server.requests) - 1)
        time.now -= 320 - 60
        with pytest.raises(Reauth) as caught:
            await subscribe(PAGE, Sealed(TOKEN), ["feed"])
        assert caught.value.retry_after == 260
        await stage.admin.at(Priority.CHANGE).pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])


async def test_a_callback_is_asked_again_within_a_minute(play: Play, time: Time) -> None:
    """The gateway may be up by now: that refusal passes by itself."""
    unverified = Said({"error": {"code": 2200, "message": "(#2200) Callback verification failed"}}, 400)
    async with play(*[unverified] * 13, budget=time.budget()) as stage:
        for _ in range(600):
            with pytest.raises(Config):
                await stage.admin.subscriptions.set("page", "https://x.example", Sealed("vt"), ["feed"])
            time.now += 1
        assert len(stage.server.requests) == 13  # after 5, 10, 20, 40 seconds, then every minute


async def test_remembering_can_be_turned_off(play: Play, time: Time) -> None:
    async with play(DEAD, DEAD, budget=time.budget(NO_HOLDS)) as stage:
        for _ in range(2):
            with pytest.raises(Reauth):
                await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
        assert len(stage.server.requests) == 2


async def test_a_lost_answer_is_not_remembered(play: Play, time: Time) -> None:
    async with play(Said(b"", 502), OK, budget=time.budget()) as stage:
        with pytest.raises(AdminError):
            await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])
        await stage.admin.pages.subscribe(PAGE, Sealed(TOKEN), ["feed"])


def test_memory_is_bounded() -> None:
    holds = Holds(Limits(), most=10)
    for number in range(20):
        holds.note(str(number), failure(ErrorClass.PERMANENT, "no", Facts(), code=100), 0.0, 0.0)
    assert len(holds) == 10
    assert holds.recall("9", Priority.RESYNC, 0.0) is None
    assert holds.recall("10", Priority.RESYNC, 0.0) is not None


async def test_priorities_of_one_client_share_what_it_saw(play: Play) -> None:
    async with play(Said(OK, headers={"facebook_api_version": "v24.0"})) as stage:
        await stage.admin.at(Priority.BACKGROUND).pages.unsubscribe(PAGE, Sealed(TOKEN))
        assert stage.admin.served_version == "v24.0"
        assert stage.admin.budget.figures().calls[Priority.BACKGROUND] == 1
        assert stage.instagram.at(Priority.CHANGE).app_id == stage.instagram.app_id
