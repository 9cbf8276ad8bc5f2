"""Parts of the machine that a whole one shows too seldom, each on the real API server with the operator's own rights."""

import asyncio
import json

import pytest

from pagewire.kube import RESOURCES, SECRETS, KubeClient, Object, ObjectName, find_access
from pagewire.resources import AccessToken, decode
from pagewire.sealed import Sealed
from pagewire_operator.cluster.census import Census
from pagewire_operator.cluster.events import LONGEST_MESSAGE, Events
from pagewire_operator.cluster.keeping import ClusterKeeping
from pagewire_operator.cluster.secrets import Secrets
from pagewire_operator.cluster.terminating import is_going
from pagewire_operator.intake import Intake
from pagewire_operator.known import Known, read
from pagewire_operator.model import ClusterError, Happening, Key, SecretView, Severity
from pagewire_operator.queue import Why, WorkQueue
from pagewire_operator.telemetry import Telemetry
from pagewire_operator.world import ClusterWorld
from tests.kube.cluster import Cluster, Namespace
from tests.pagewire_operator.machine import manifests
from tests.pagewire_operator.machine.ledger_brain import LedgerBrain
from tests.pagewire_operator.machine.test_journey import DERIVED

PAGES = RESOURCES["MessengerPage"]


class Bench:
    """A world and what feeds it, without the watches and the workers."""

    def __init__(self, client: KubeClient, namespace: str, patience: float = 60) -> None:
        self.now = 1000.0
        self.world = ClusterWorld(tuple(RESOURCES))
        self.queue: WorkQueue[Key] = WorkQueue()
        self.intake = Intake(self.world, self.queue, LedgerBrain(None, 0), 0.0)  # type: ignore[arg-type]
        self.census = Census(
            client, (namespace,), self.world, self.intake, Telemetry(), patience, clock=lambda: self.now
        )

    async def begin(self) -> None:
        await self.census.read_all()

    def dead(self) -> list[str]:
        return list(self.census.dead)

    def names(self) -> set[str]:
        return {one.metadata.name for one in self.world.all("MessengerPage")}


async def test_a_list_that_agrees_raises_no_doubt(client: KubeClient, namespace: Namespace) -> None:
    namespace.apply(manifests.page("one"), manifests.page("two", 2))
    bench = Bench(client, namespace.name)
    await bench.begin()
    assert bench.names() == {"one", "two"}
    assert not await bench.census.compare()
    assert bench.queue.depth == 0


async def test_what_no_watch_told_is_mended_at_the_second_look_and_not_before(
    client: KubeClient, namespace: Namespace
) -> None:
    namespace.apply(manifests.page("stays"), manifests.page("goes", 2), manifests.page("changes", 3))
    bench = Bench(client, namespace.name)
    await bench.begin()
    namespace.kubectl("delete", "mpage", "goes")
    namespace.apply(manifests.page("comes", 4))
    namespace.kubectl("patch", "mpage", "changes", "--type=merge", "-p", '{"spec": {"pageId": "7"}}', check=False)
    namespace.kubectl("annotate", "mpage", "changes", "pagewire.dev/reconcile-at=now")
    assert await bench.census.compare()
    assert bench.names() == {"stays", "goes", "changes"}
    assert not await bench.census.compare()
    assert bench.names() == {"stays", "comes", "changes"}
    changed = bench.world.known(Key("MessengerPage", namespace.name, "changes"))
    assert changed
    assert changed.metadata.annotations["pagewire.dev/reconcile-at"] == "now"
    taken = [await bench.queue.take() for _ in range(2)]
    assert {key.name: bench.queue.why(key) for key in taken} == {"comes": Why.CREATED, "changes": Why.CHANGED}


async def test_a_watch_that_was_only_late_is_not_dead_and_a_silent_one_is(
    client: KubeClient, namespace: Namespace
) -> None:
    bench = Bench(client, namespace.name, patience=60)
    await bench.begin()
    namespace.apply(manifests.page("one"))
    assert await bench.census.compare()
    bench.now += 10
    await bench.census.compare()
    assert bench.dead() == []
    bench.now += 61
    assert bench.dead() == ["MessengerPage"]
    bench.census.heard("MessengerPage")
    assert bench.dead() == []


async def test_what_went_unseen_is_no_sign_of_a_dead_watch(client: KubeClient, namespace: Namespace) -> None:
    namespace.apply(manifests.page("one"))
    bench = Bench(client, namespace.name, patience=0)
    await bench.begin()
    namespace.kubectl("delete", "mpage", "one")
    for _ in range(3):
        await bench.census.compare()
        bench.now += 100
    assert bench.names() == set()
    assert bench.dead() == []


async def known_page(client: KubeClient, namespace: Namespace) -> Known:
    namespace.apply(manifests.page("one"))
    return read(await client.get(PAGES, "one", namespace.name), "MessengerPage")


async def posted(cluster: Cluster, namespace: Namespace) -> list[Object]:
    found = await cluster.kubectl.within(namespace.name).aio("get", "events", "-o", "json")
    items: list[Object] = json.loads(found.stdout)["items"]
    return items


async def test_a_sentence_is_counted_on_for_ten_minutes(
    cluster: Cluster, client: KubeClient, namespace: Namespace
) -> None:
    now = 1_700_000_000.0
    events = Events(client, "pod-1", Telemetry(), lambda: now)
    page = await known_page(client, namespace)
    happening = Happening(reason="GraphUnavailable", message="ä" * LONGEST_MESSAGE, severity=Severity.WARNING)
    for _ in range(5):
        await events.tell(page, happening)
        now += 61
    await events.tell(page, Happening(reason="Changed", message="Subscribe"))
    first, second = sorted(await posted(cluster, namespace), key=lambda one: str(one["reason"]), reverse=True)
    assert (first["count"], first["type"], first["reason"]) == (5, "Warning", "GraphUnavailable")
    assert first["lastTimestamp"] > first["firstTimestamp"]
    assert len(first["message"].encode()) <= LONGEST_MESSAGE
    assert (second["count"], second["type"]) == (1, "Normal")
    assert second["source"]["component"] == "pagewire-operator"
    now += 601
    await events.tell(page, happening)
    assert len(await posted(cluster, namespace)) == 3


async def test_an_event_the_server_forgot_is_told_again(
    cluster: Cluster, client: KubeClient, namespace: Namespace
) -> None:
    now = 1_700_000_000.0
    events = Events(client, "pod-1", Telemetry(), lambda: now)
    page = await known_page(client, namespace)
    happening = Happening(reason="Changed", message="Subscribe")
    await events.tell(page, happening)
    namespace.kubectl("delete", "events", "--all")
    for _ in range(2):
        now += 100
        await events.tell(page, happening)
    assert len(await posted(cluster, namespace)) == 1


async def test_what_could_not_be_told_is_told_later_but_not_after_an_hour(
    cluster: Cluster, client: KubeClient, namespace: Namespace
) -> None:
    now = 1_700_000_000.0
    page, other = await known_page(client, namespace), Happening(reason="Changed", message="Subscribe")
    teller = cluster.identity("late-teller", namespace=namespace.name)
    async with KubeClient(find_access(teller.kubeconfig)) as mute:
        events = Events(mute, "pod-1", Telemetry(), lambda: now)
        await events.tell(page, other)
        now += 3601
        await events.tell(page, Happening(reason="DriftFound", message="Fields"))
        namespace.kubectl("create", "role", "teller", "--verb=create,patch", "--resource=events")
        account = f"--serviceaccount={namespace.name}:late-teller"
        namespace.kubectl("create", "rolebinding", "teller", "--role=teller", account)
        async with asyncio.timeout(30):
            while not await posted(cluster, namespace):
                await events.catch_up(page.metadata.uid)
        now += 60
        await events.catch_up(page.metadata.uid)
    (told,) = await posted(cluster, namespace)
    assert (told["reason"], told["firstTimestamp"]) == ("DriftFound", "2023-11-14T23:13:21Z")


async def test_a_namespace_that_goes_away_says_so_without_a_right_to_read_it(
    cluster: Cluster, client: KubeClient, namespace: Namespace
) -> None:
    page = await known_page(client, namespace)
    assert not await is_going(client, page, 0.0)
    assert await posted(cluster, namespace) == []
    cluster.kubectl("delete", "namespace", namespace.name, "--wait=false")
    assert await is_going(client, page, 0.0)


async def token(client: KubeClient, namespace: Namespace) -> AccessToken:
    namespace.apply(manifests.TOKEN)
    found = decode(await client.get(RESOURCES["AccessToken"], "harbour", namespace.name))
    assert isinstance(found, AccessToken)
    return found


async def test_keeping_what_is_kept_already_writes_nothing_and_keys_that_went_are_taken_out(
    client: KubeClient, namespace: Namespace
) -> None:
    kept: list[SecretView] = []
    keeping = ClusterKeeping(client, ClusterWorld(()), kept.append)
    owner = await token(client, namespace)
    await keeping.keep(owner, "result", {"token": Sealed("a"), "old": Sealed("b")})
    await keeping.keep(owner, "result", {"token": Sealed("a"), "old": Sealed("b")})
    await keeping.keep(owner, "result", {"token": Sealed("c")})
    assert kept[0].version == kept[1].version != kept[2].version
    assert kept[2].values == {"token": Sealed("c")}
    assert kept[2].owner == owner.metadata.uid
    world = ClusterWorld(())
    world.keep_secret(kept[2])
    await ClusterKeeping(client, world, kept.append).keep(owner, "result", {"token": Sealed("c")})
    assert len(kept) == 3


async def test_a_secret_that_cannot_be_written_is_a_passing_trouble(client: KubeClient, namespace: Namespace) -> None:
    keeping = ClusterKeeping(client, ClusterWorld(()), lambda _: None)
    owner = await token(client, namespace)
    await keeping.keep(owner, "result", {"token": Sealed("a")})
    namespace.kubectl("patch", "secret", "result", "--type=merge", "-p", '{"immutable": true}')
    with pytest.raises(ClusterError, match="result") as found:
        await keeping.keep(owner, "result", {"token": Sealed("s3cr3t")})
    assert "s3cr3t" not in str(found.value)


async def test_a_secret_is_there_for_whoever_refers_to_it_however_late_its_watch_is(
    client: KubeClient, namespace: Namespace
) -> None:
    namespace.apply(manifests.SECRETS, manifests.TOKEN)
    world = ClusterWorld(tuple(RESOURCES))
    # Its watch never begins: later than this it cannot be.
    secrets = Secrets(client, (namespace.name,), world, lambda _: None)
    found = read(await client.get(RESOURCES["AccessToken"], "harbour", namespace.name), "AccessToken")
    await secrets.ready_for(found)
    view = world.secret(namespace.name, "harbour-token")
    assert view
    assert view.values["token"].reveal() == DERIVED.removeprefix("derived from ")
    assert world.secret(namespace.name, "acme-app") is None


async def test_a_secret_that_went_stays_gone_though_an_older_answer_comes_late(
    client: KubeClient, namespace: Namespace
) -> None:
    namespace.apply(manifests.SECRETS, manifests.TOKEN)
    changed: asyncio.Queue[ObjectName] = asyncio.Queue()
    world = ClusterWorld(tuple(RESOURCES))
    world.put(read(await client.get(RESOURCES["AccessToken"], "harbour", namespace.name), "AccessToken"))
    secrets = Secrets(client, (namespace.name,), world, changed.put_nowait)
    running = asyncio.create_task(secrets.run())
    await secrets.synced()
    name = ObjectName(namespace.name, "harbour-token")
    assert world.secret(*name)
    while not changed.empty():
        changed.get_nowait()
    late = await client.get(SECRETS, *reversed(name))
    namespace.kubectl("delete", "secret", name.name)
    assert await asyncio.wait_for(changed.get(), 30) == name
    secrets._take(late)
    assert world.secret(*name) is None
    namespace.apply(manifests.SECRETS)
    assert await asyncio.wait_for(changed.get(), 30) == name
    assert world.secret(*name)
    running.cancel()
    await asyncio.wait([running])


async def test_events_can_be_found_where_people_look(client: KubeClient, namespace: Namespace) -> None:
    page = await known_page(client, namespace)
    await Events(client, "pod-1", Telemetry(), lambda: 1_700_000_000.0).tell(
        page, Happening(reason="Changed", message="Subscribe Page 7")
    )
    described = namespace.kubectl("describe", "mpage", "one").stdout
    assert "Subscribe Page 7" in described
