"""What every CRM's target is made with."""

from collections.abc import Awaitable, Callable
from importlib.metadata import version

from pagewire_crm_sync.answer import Answer, Verdict
from pagewire_crm_sync.batcher import Batcher, Send
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.config import BATCH_BYTES, Config
from pagewire_crm_sync.line import Line
from pagewire_crm_sync.outcome import Later
from pagewire_crm_sync.pace import Pace
from pagewire_crm_sync.pause import Pause
from pagewire_crm_sync.secrets import Secrets
from pagewire_crm_sync.transport import Transport
from pagewire_crm_sync.wellbeing import Trouble

USER_AGENT = f"pagewire-crm-sync/{version('pagewire-crm-sync')}"


class Means:
    """Requests to one system: paced, paused, timed, and never with more than one knows how to read.

    Args:
        config: of the account.
        namespace: whose secrets may be used.
        pause: shared with all that talk to the system with the same token.
        pace: likewise.
        clock: the time.
        secrets: where the token comes from.
    """

    def __init__(
        self, config: Config, namespace: str, pause: Pause, pace: Pace, clock: Clock, secrets: Secrets
    ) -> None:
        self.clock = clock
        self._config = config
        self._namespace = namespace
        self._secrets = secrets
        self._pace = pace
        self._line = Line(config.address, pause)
        self._noted: tuple[str, ...] = ("x-hubspot-ratelimit-daily-remaining", "sforce-limit-info")
        self._transport = Transport(config.address.rstrip("/"), config.timeout_seconds, self._noted)

    @property
    def records_timeline(self) -> bool:
        """Whether the configuration asks for a timeline."""
        return bool(self._config.timeline)

    @property
    def secret(self) -> str:
        """The token, or the password.

        Raises:
            SecretMissing: it cannot be read.
        """
        return self._secrets.read(self._namespace, self._config.token_env, self._config.token_file) or ""

    def batcher(self, send: Send, size: int, requests: int) -> Batcher:
        """Gathers upserts into requests, of which so many are under way at a time."""
        batch = self._config.batch
        linger = batch.linger_ms / 1000
        most = min(size, batch.size)
        return Batcher(send, self.clock, size=most, bytes_=BATCH_BYTES, linger=linger, requests=requests)

    async def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """One request, when its turn has come.

        Raises:
            Quiet: the system asked for a pause meanwhile.
            NoAnswer: there was none.
        """
        common = {"accept": "application/json", "accept-encoding": "identity", "user-agent": USER_AGENT}
        if body:
            common["content-type"] = "application/json"
        async with self._pace.one():
            self._line.stay_quiet()
            return await self._transport.request(method, path, body, {**common, **headers})

    async def converse(self, count: int, request: Callable[[], Awaitable[Verdict]]) -> Verdict:
        """See `Line.converse`."""
        return await self._line.converse(count, request)

    def held(self) -> Later | None:
        """See `Line.held`."""
        return self._line.held()

    def trouble(self) -> Trouble:
        """See `Line.trouble`."""
        return self._line.trouble()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()
