"""The command: start everything, play the conversations, show the journey, and say what is missing."""

import asyncio
import tempfile
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

import click

from pagewire.hooks import ENTRY_POINT_GROUP
from pagewire.terminal.exits import CommandError
from pagewire.terminal.options import asynchronous
from pagewire_gateway.cli.demo import overlay, ports
from pagewire_gateway.cli.demo.children import interrupts
from pagewire_gateway.cli.demo.facts import Said
from pagewire_gateway.cli.demo.script import SCENES, Line, Scene
from pagewire_gateway.cli.demo.stage import Stage, staged
from pagewire_gateway.cli.demo.transcript import Transcript

PATIENCE: Final = 120.0
"""Seconds for the whole conversation, start included."""
SCALE_PATIENCE: Final = 180.0
"""The same with seven processes, one of which dies."""
_POLL: Final = 0.05
_GOOD: Final = (
    "Everything expected happened: {said} messages, each durable, logged, answered, echoed, and known to the CRM."
)


class ThreePorts(click.ParamType[ports.Ports]):
    """``PUBLIC,ADMIN,SIMULATOR``."""

    name = "PUBLIC,ADMIN,SIMULATOR"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ports.Ports:
        """Read it."""
        parts = str(value).split(",")
        if len(parts) != 3 or not all(part.isdigit() and int(part) < 65_536 for part in parts):
            self.fail(f"{value!r} is not three ports, as in 8080,9090,8090; 0 takes a free one", param, ctx)
        public, admin, simulator = map(int, parts)
        return ports.Ports(public=public, admin=admin, simulator=simulator)


@click.command()
@click.option("--once", is_flag=True, help="End after the conversation: 0 if everything expected happened, else 1.")
@click.option(
    "--scale",
    is_flag=True,
    help="Two gateways and two workers on NATS; one worker is killed in the middle of the conversation.",
)
@click.option(
    "--ports",
    "wanted",
    type=ThreePorts(),
    help="Where to listen; a port that is taken is replaced by a free one.  [8080,9090,8090; with --once any free ones]",
)
@click.option(
    "--manifests",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Other manifests; the conversation fits those of deploy/examples.  [deploy/examples]",
)
@asynchronous
async def demo(*, once: bool, scale: bool, wanted: ports.Ports | None, manifests: Path | None) -> None:
    """Start gateway, plugins and a simulated Meta, hold a conversation on Messenger and Instagram, and show each station.

    Stays until Ctrl-C. Needs neither a cluster nor an account at Meta; nothing leaves this machine.
    """
    documents = overlay.read(overlay.find_manifests(manifests))
    _check(overlay.accounts(documents))
    _check_installed(overlay.plugins(documents))
    chosen = ports.choose(wanted or (ports.ANY if once else ports.Ports()))
    told, stopped = Transcript(), asyncio.Event()
    interrupts(asyncio.get_running_loop(), stopped)
    with tempfile.TemporaryDirectory(prefix="pagewire-demo-") as folder:
        playing = asyncio.create_task(_play(documents, chosen, Path(folder), told, once=once, scale=scale))
        if await _interrupted(playing, stopped):
            told.plain("Stopped.")
            missing = ["The demo was interrupted."] if once else []
        else:
            missing = playing.result()
    if missing:
        raise CommandError(f"Not everything happened: {' '.join(missing)}", "Look at the lines above.")


def _check(accounts: dict[str, str]) -> None:
    for scene in SCENES:
        if scene.object not in accounts:
            said = f"The manifests name no account for {scene.title}"
            raise CommandError(said, "The conversation fits those of deploy/examples.")


def _check_installed(used: set[str]) -> None:
    found = {one.name for one in entry_points(group=ENTRY_POINT_GROUP)}
    packages = " ".join(sorted(f"pagewire-{name}" for name in used - found))
    if packages:
        raise CommandError("Plugins that the manifests name are not installed", f"pip install {packages}")


async def _interrupted(playing: asyncio.Task[list[str]], stopped: asyncio.Event) -> bool:
    """Wait for the end of the play or Ctrl-C; whichever comes, nothing runs any more afterwards."""
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if playing.done():
        return False
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing
    return True


async def _play(
    documents: list[overlay.Document],
    chosen: ports.Ports,
    folder: Path,
    told: Transcript,
    *,
    once: bool,
    scale: bool,
) -> list[str]:
    deadline = asyncio.get_running_loop().time() + (SCALE_PATIENCE if scale else PATIENCE)
    async with staged(documents, chosen, folder, told, scale=scale) as stage:
        missing = await _conversation(stage, told, deadline)
        told.plain()
        told.plain("\n".join(missing) or _GOOD.format(said=len(stage.watch.facts.said)))
        if once:
            return missing
        told.urls(_urls(chosen, documents))
        told.plain("Write on the chat page and watch the stations here. Ctrl-C ends the demo.")
        while True:
            stage.check()
            await asyncio.sleep(_POLL)


async def _conversation(stage: Stage, told: Transcript, deadline: float) -> list[str]:
    """Play every scene; says what is missing at the deadline."""
    facts = stage.watch.facts
    try:
        async with asyncio.timeout_at(deadline):
            for scene in SCENES:
                for line in scene.lines:
                    await _act(stage, scene, line, told)
                    await _strike(stage, told)
            while facts.missing() or stage.watch.behind:
                stage.check()
                await asyncio.sleep(_POLL)
    except TimeoutError:
        return facts.missing() or ["The conversation did not end in time."]
    return []


async def _strike(stage: Stage, told: Transcript) -> None:
    """Kill a worker, once; the other has its partitions from then on."""
    if stage.working and not stage.working[0].killed:
        await stage.working[0].kill()
        told.station("Gateway", "killed", f"{stage.working[0].name}, as kill -9 does; the other takes over")


async def _act(stage: Stage, scene: Scene, line: Line, told: Transcript) -> None:
    """Let a person do something, and wait for the reply, as the next line may need its buttons."""
    account = stage.accounts[scene.object]
    key = "text" if line.act == "say" else "title"
    told.station(scene.title, "writes", f"{line.person}: “{line.words}”")
    made = await stage.meta.post(f"/_control/{line.act}", {"account": account, "person": line.person, key: line.words})
    said = Said(line, account, made["mid"])
    stage.watch.facts.said.append(said)
    while not stage.watch.facts.answered(said):
        stage.check()
        await asyncio.sleep(_POLL)


def _urls(chosen: ports.Ports, documents: list[overlay.Document]) -> list[tuple[str, str]]:
    admin = ports.url(chosen.admin)
    return [
        ("Chat page", f"{ports.url(chosen.simulator)}/chat"),
        ("Console", f"{admin}/console"),
        ("Admin API", f"{admin}/api/v1/docs"),
        ("Metrics", f"{admin}/metrics"),
        *(("Webhooks", f"{ports.url(chosen.public)}{path}") for path in overlay.webhooks(documents)),
        ("On a terminal", f"pagewire events --admin {admin}"),
    ]
