"""The sink: takes contacts, says what became of each. CloudEvents over HTTP, signed."""

from collections.abc import Sequence
from importlib.metadata import version

from pagewire.people import DeletedPerson
from pagewire_crm_sync import signing
from pagewire_crm_sync.answer import Verdict, judge
from pagewire_crm_sync.batcher import Batcher
from pagewire_crm_sync.clock import Clock
from pagewire_crm_sync.cloudevent import BATCH, STRUCTURED, Parcel, batch_body, batch_id, parcel_of
from pagewire_crm_sync.config import BATCH_BYTES, Config
from pagewire_crm_sync.contact import Contact
from pagewire_crm_sync.entry import Entry
from pagewire_crm_sync.entry import parcel_of as entry_parcel
from pagewire_crm_sync.forgotten import parcel_of as deletion_parcel
from pagewire_crm_sync.line import Line
from pagewire_crm_sync.mapping import unique_id
from pagewire_crm_sync.outcome import Done, Later, Outcome
from pagewire_crm_sync.pause import Pause
from pagewire_crm_sync.secrets import SecretMissing, Secrets, bearer
from pagewire_crm_sync.transport import Transport
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
        self._clock = clock
        self._secrets = secrets
        self._line = Line(config.address, pause)
        self._transport = Transport(config.address, config.timeout_seconds)
        self._batcher = Batcher(
            self._send, clock, size=config.batch_size, bytes_=BATCH_BYTES, linger=config.linger_seconds
        )

    @property
    def notebook(self) -> str:
        """The receiver merges facts by their times, so nothing has to be remembered for it."""
        return ""

    @property
    def shape(self) -> str:
        """Contacts have one shape here."""
        return ""

    def held(self) -> Later | None:
        """Why and how long no request may go now; ``None`` if one may."""
        return self._line.held()

    def trouble(self) -> Trouble:
        """What is wrong with the sink, by its latest answer."""
        return self._line.trouble()

    async def upsert(self, contact: Contact) -> Outcome:
        """Bring a contact's facts to the sink."""
        return await self.deliver(parcel_of(contact))

    async def record(self, entry: Entry, record: str = "") -> Outcome:  # noqa: ARG002 - it has no ids
        """Bring one thing that happened to the sink."""
        return await self.deliver(entry_parcel(entry))

    async def compare(self, contact: Contact) -> tuple[str, ...]:
        """What would be sent: a sink of CloudEvents cannot be asked what it holds."""
        return (f"send {unique_id(contact.key)}", f"  {parcel_of(contact).body.decode()}")

    async def forget(self, person: DeletedPerson, records: Sequence[str]) -> Outcome:  # noqa: ARG002 - it has no ids
        """Have the sink forget a person; the receipt is the id under which it was told."""
        parcel = deletion_parcel(person)
        outcome = await self.deliver(parcel)
        return Done(parcel.id) if isinstance(outcome, Done) else outcome

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Bring one CloudEvent to the sink."""
        return await self._batcher.submit(parcel)

    async def aclose(self) -> None:
        """Give up what is still under way and close the connections."""
        await self._batcher.aclose()
        await self._transport.aclose()

    async def _send(self, parcels: Sequence[Parcel]) -> Verdict:
        return await self._line.converse(len(parcels), lambda: self._request(parcels))

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
            **bearer(self._secrets.read(self._namespace, self._config.token_env, self._config.token_file)),
            **self._signature(message_id, body),
        }
        answer = await self._transport.post(body, headers)
        return judge(answer, [parcel.id for parcel in parcels], self._clock.now())

    def _signature(self, message_id: str, body: bytes) -> dict[str, str]:
        secret = self._secrets.read(self._namespace, self._config.secret_env, self._config.secret_file)
        if secret is None:
            return {"webhook-id": message_id}
        try:
            keys = signing.keys_of(secret)
        except signing.BadSecret as error:
            raise SecretMissing(f"the signing secret {error}") from error
        return signing.headers(keys, message_id, int(self._clock.now()), body)
