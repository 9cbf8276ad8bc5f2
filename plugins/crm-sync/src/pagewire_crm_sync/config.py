"""What the resource of a Page or Instagram account says about its sink."""

from typing import Annotated, Literal

from msgspec import Meta

from pagewire.resources.common import Duration
from pagewire.resources.durations import parse_duration
from pagewire_crm_sync.facts import DEFAULT_KINDS, PersonKind
from pagewire_crm_sync.kinds import holds, mistake
from pagewire_crm_sync.secrets import VARIABLE_PREFIX
from pagewire_crm_sync.settings import HubSpot, Match, Part, Salesforce, Tryton, check_url

BATCH_BYTES = 512 * 1024
"""Largest body of a batch request."""

_TARGETS = ("url", "hubspot", "salesforce", "tryton")
_LONGEST_INTERVAL = 86_400.0
_LONGEST_TIMEOUT = 60.0

VariableName = Annotated[
    str,
    Meta(
        pattern=rf"^{VARIABLE_PREFIX}[A-Z0-9_]+\Z",
        max_length=128,
        description=f"the name of an environment variable of the gateway that starts with {VARIABLE_PREFIX}",
    ),
]
FileName = Annotated[
    str,
    Meta(
        pattern=r"^[a-zA-Z0-9][-._a-zA-Z0-9]*\Z",
        max_length=253,
        description="the name of a file in the namespace's folder of secrets, without a path",
    ),
]


class Batch(Part, frozen=True, kw_only=True):
    """How upserts of different people travel together, in mode `batch`."""

    size: Annotated[int, Meta(ge=1, le=100, description="Most upserts of one request.")] = 100
    linger_ms: Annotated[
        int, Meta(ge=0, le=5000, description="Milliseconds the first upsert of a request waits for company.")
    ] = 5


class Include(Part, frozen=True, kw_only=True):
    """Personal data that leaves the house only if asked for."""

    profile: Annotated[bool, Meta(description="Send the person's names as Meta tells them.")] = False
    addresses: Annotated[
        bool, Meta(description="Send the e-mail address and phone number that a person shared with a quick reply.")
    ] = False
    information: Annotated[
        bool, Meta(description="Send what people filled into an information form, with the timeline.")
    ] = False


class Config(Part, frozen=True, kw_only=True):
    """Configuration of crm-sync for one account."""

    url: Annotated[
        str | None,
        Meta(description="Where the CloudEvents go: https, or http to this machine itself."),
    ] = None
    hubspot: Annotated[HubSpot | None, Meta(description="Contacts of a HubSpot portal, in place of `url`.")] = None
    salesforce: Annotated[Salesforce | None, Meta(description="Contacts of a Salesforce org, in place of `url`.")] = (
        None
    )
    tryton: Annotated[Tryton | None, Meta(description="Parties of a Tryton database, in place of `url`.")] = None
    mode: Annotated[
        Literal["structured", "batch"], Meta(description="CloudEvents content mode: one upsert a request, or many.")
    ] = "structured"
    interval: Annotated[
        Duration, Meta(description="While nothing but `lastSeen` changes, one upsert a person in this time.")
    ] = "60s"
    batch: Annotated[Batch, Meta(description="Limits of mode `batch`.")] = Batch()
    timeout: Annotated[Duration, Meta(description="Longest time for one request, answer included.")] = "10s"
    secret_env: Annotated[
        VariableName | None, Meta(description="Environment variable with the signing secret, `whsec_...`.")
    ] = None
    secret_file: Annotated[FileName | None, Meta(description="File with the signing secret.")] = None
    token_env: Annotated[VariableName | None, Meta(description="Environment variable with the bearer token.")] = None
    token_file: Annotated[FileName | None, Meta(description="File with the bearer token.")] = None
    include: Annotated[Include, Meta(description="Personal data to send.")] = Include()
    kinds: Annotated[tuple[PersonKind, ...], Meta(description="Kinds of events that make or touch a contact.")] = (
        DEFAULT_KINDS
    )
    timeline: Annotated[
        tuple[str, ...], Meta(max_length=100, description="Kinds of events that are recorded one by one; `*` for all.")
    ] = ()
    allow_insecure: Annotated[bool, Meta(description="Send over plain http to another machine.")] = False

    def __post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            ValueError: naming the field and what to write instead.
        """
        self._check_target()
        if self.secret_env and self.secret_file:
            raise ValueError("secretEnv and secretFile name the same thing: keep one of them")
        if self.token_env and self.token_file:
            raise ValueError("tokenEnv and tokenFile name the same thing: keep one of them")
        if not 0 <= self.interval_seconds <= _LONGEST_INTERVAL:
            raise ValueError(f"interval {self.interval} must lie between 0s and 24h")
        if not 1 <= self.timeout_seconds <= _LONGEST_TIMEOUT:
            raise ValueError(f"timeout {self.timeout} must lie between 1s and 60s")
        if (wrong := next(filter(None, map(mistake, self.timeline)), None)) is not None:
            raise ValueError(f"timeline: {wrong}")

    def _check_target(self) -> None:
        named = [name for name in _TARGETS if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"say where contacts go with one of {', '.join(_TARGETS)}")
        check_url("url" if self.url else f"{named[0]}.apiUrl", self.address, allow_insecure=self.allow_insecure)
        if self.url is None and not (self.token_env or self.token_file):
            raise ValueError(f"{named[0]} needs a token: name it with tokenEnv or tokenFile")
        if self.match and not self.include.addresses:
            raise ValueError(f"{named[0]}.match compares addresses: allow it with include: {{addresses: true}}")

    @property
    def crm(self) -> HubSpot | Salesforce | Tryton | None:
        """The system with an API of its own, or ``None`` for a sink of CloudEvents."""
        return self.hubspot or self.salesforce or self.tryton

    @property
    def match(self) -> Match:
        """By what else than the unique id contacts are found."""
        return self.crm.match if self.crm else ()

    @property
    def address(self) -> str:
        """Where requests go."""
        return self.url or (self.crm.api_url if self.crm else "")

    def records(self, kind: str) -> bool:
        """Whether the timeline holds events of a kind."""
        return any(holds(name, kind) for name in self.timeline) if self.timeline else False

    @property
    def interval_seconds(self) -> float:
        """`interval` as a number."""
        return parse_duration(self.interval).total_seconds()

    @property
    def timeout_seconds(self) -> float:
        """`timeout` as a number."""
        return parse_duration(self.timeout).total_seconds()

    @property
    def batch_size(self) -> int:
        """Most upserts of one request, in either mode."""
        return self.batch.size if self.mode == "batch" else 1

    @property
    def linger_seconds(self) -> float:
        """How long an upsert waits for company, in either mode."""
        return self.batch.linger_ms / 1000 if self.mode == "batch" else 0.0
