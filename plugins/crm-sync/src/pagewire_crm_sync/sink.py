"""The sink: takes contacts, says what became of each. CloudEvents over HTTP, signed."""

from collections.abc import Sequence
from importlib.metadata import version
from urllib.parse import urlsplit

from pagewire_crm_sync import signing
from pagewire_crm_sync.answer import MEND_SECONDS, Hold, Verdict, judge
from pagewire_crm_sync.batcher import Batcher
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.cloudevent import BATCH, STRUCTURED, Parcel, batch_body, batch_id, parcel_of
from pagewire_crm_sync.config import BATCH_BYTES, Config
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.outcome import DONE, Later, Outcome
from pagewire_crm_sync.pause import Pause
from pagewire_crm_sync.secrets import SecretMissing, Secrets
from pagewire_crm_sync.transport import NoAnswer, Transport, Unreachable
from pagewire_crm_sync.wellbeing import Trouble

USER_AGENT = f"pagewire-crm-sync/{version('pagewire-crm-sync')}"


class Sink:
    """One sink as one configuration describes it.

    Args:
        config: of the account.
        namespace: whose secrets it may use.
        pause: shared with everyone who sends to the same URL.
        clock: the time.
        secrets: where secrets come from.
    """

    def __init__(self, config: Config, namespace: str, pause: Pause, clock: Clock, secrets: Secrets) -> None:
        self._config = config
        self._namespace = namespace
        self._pause = pause
        self._clock = clock
        self._secrets = secrets
        self._wrong = ""
        self._transport = Transport(config.url, config.timeout_seconds)
        self._batcher = Batcher(
            self._send, clock, size=config.batch_size, bytes_=BATCH_BYTES, linger=config.linger_seconds
        )

    def held(self) -> Later | None:
        """Why and how long no request may go now; ``None`` if one may."""
        remaining = self._pause.remaining
        if not remaining:
            return None
        if self._pause.asked:
            return Later(after=remaining, reason="the sink asked for a pause")
        return Later(reason="the sink is not there; it is asked again soon")

    def trouble(self) -> Trouble:
        """What is wrong with the sink, by its latest answer."""
        return Trouble(urlsplit(self._config.url).hostname or "", self._wrong)

    async def upsert(self, contact: Contact) -> Outcome:
        """Bring a contact's facts to the sink."""
        return await self.deliver(parcel_of(contact))

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Bring one CloudEvent to the sink."""
        return await self._batcher.submit(parcel)

    async def aclose(self) -> None:
        """Give up what is still under way and close the connections."""
        await self._batcher.aclose()
        await self._transport.aclose()

    async def _send(self, parcels: Sequence[Parcel]) -> Verdict:
        held = self.held()
        if held is not None:
            return Verdict(outcomes=(held,) * len(parcels))
        try:
            verdict = await self._request(parcels)
        except SecretMissing as error:
            self._wrong = str(error)
            return Verdict(outcomes=(Later(after=MEND_SECONDS, reason=str(error)),) * len(parcels))
        except NoAnswer as error:
            hold = Hold() if isinstance(error, Unreachable) else None
            verdict = Verdict(outcomes=(Later(reason=str(error)),) * len(parcels), hold=hold)
        self._heed(verdict)
        return verdict

    async def _request(self, parcels: Sequence[Parcel]) -> Verdict:
        if self._config.mode == "batch":
            body, message_id, content_type = batch_body(parcels), batch_id(parcels), BATCH
        else:
            body, message_id, content_type = parcels[0].body, parcels[0].id, STRUCTURED
        headers = {
            "content-type": content_type,
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": USER_AGENT,
            **self._authorization(),
            **self._signature(message_id, body),
        }
        answer = await self._transport.post(body, headers)
        return judge(answer, [parcel.id for parcel in parcels], self._clock.now())

    def _heed(self, verdict: Verdict) -> None:
        # A refused upsert says something of the upsert; one that is put off says something of the sink.
        put_off = [outcome.reason for outcome in verdict.outcomes if isinstance(outcome, Later)]
        self._wrong = put_off[0] if len(put_off) == len(verdict.outcomes) else ""
        if verdict.hold is not None:
            self._pause.hold(verdict.hold.after)
        elif DONE in verdict.outcomes:
            self._pause.clear()

    def _authorization(self) -> dict[str, str]:
        token = self._secrets.read(self._namespace, self._config.token_env, self._config.token_file)
        if token is None:
            return {}
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise SecretMissing("the bearer token must be one word of ASCII characters")
        return {"authorization": f"Bearer {token}"}

    def _signature(self, message_id: str, body: bytes) -> dict[str, str]:
        secret = self._secrets.read(self._namespace, self._config.secret_env, self._config.secret_file)
        if secret is None:
            return {"webhook-id": message_id}
        try:
            keys = signing.keys_of(secret)
        except signing.BadSecret as error:
            raise SecretMissing(f"the signing secret {error}") from error
        return signing.headers(keys, message_id, int(self._clock.now()), body)
