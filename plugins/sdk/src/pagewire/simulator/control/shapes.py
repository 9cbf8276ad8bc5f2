"""What the control API takes and gives: one struct a body. Unknown keys are refused, so a typo is seen."""

from __future__ import annotations

from typing import Any

import msgspec

from pagewire.simulator.enforce import Action
from pagewire.simulator.ledger import Alert, Delivery, RefusedCall, Send, Tally
from pagewire.simulator.rates import Violation
from pagewire.simulator.world import ObjectName


class Body(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of the request bodies."""


class Say(Body):
    """A person writes."""

    account: str
    person: str
    text: str | None = None
    attachments: list[dict[str, Any]] = []
    reply_to: str | None = None
    story: dict[str, Any] | None = None
    referral: dict[str, Any] | None = None


class Tap(Body):
    """A person taps a quick reply, or presses a template's button, by its title."""

    account: str
    person: str
    title: str


class Postback(Body):
    """A person presses Get Started, an ice breaker or a menu entry."""

    account: str
    person: str
    title: str
    payload: str
    referral: dict[str, Any] | None = None


class Referral(Body):
    """A person comes back by a link or an ad."""

    account: str
    person: str
    ref: str
    source: str | None = None
    ad_id: str | None = None


class React(Body):
    """A person reacts to a message; ``emoji`` null takes the reaction back."""

    account: str
    person: str
    emoji: str | None = "❤️"
    mid: str | None = None


class Read(Body):
    """A person reads up to a message, or everything."""

    account: str
    person: str
    mid: str | None = None


class Change(Body):
    """A person unsends (no text) or edits a message of theirs."""

    account: str
    person: str
    mid: str
    text: str | None = None


class Write(Body):
    """A person comments, or somebody answers from Meta's inbox."""

    account: str
    person: str
    text: str


class Comment(Write):
    """A person comments; ``live`` on a broadcast."""

    live: bool = False


class Who(Body):
    """A person of an account."""

    account: str
    person: str


class PublicAnswer(Body):
    """A comment that somebody answers privately from Meta's inbox."""

    comment: str
    text: str


class Broadcast(Body):
    """The account whose broadcast ends."""

    account: str


class Feedback(Who):
    """A person's answer to a feedback form."""

    score: str
    comment: str | None = None


class Information(Who):
    """What a person fills in, key to value."""

    answers: dict[str, str]


class Link(Who):
    """The authorization code of a linked account; null unlinks it."""

    authorization_code: str | None = None


class Tick(Who):
    """A plugin's ``ref``, and the checkbox plugin's ``user_ref``."""

    ref: str
    user_ref: str | None = None


class Block(Who):
    """A person blocks the account, or stops blocking it."""

    blocked: bool = True


class Thread(Who):
    """Who owns a thread from now on: an app id, ``inbox``, or null to release it."""

    owner: str | None = "inbox"


class AccountChange(Body):
    """Settings of an account; what is left out stays."""

    restricted: bool | None = None
    access_off: bool | None = None
    default_app: str | None = None
    templates: set[str] | None = None
    personas: set[str] | None = None
    takers: set[str] | None = None
    news: bool | None = None
    contact_terms: bool | None = None
    privacy_limits: bool | None = None
    insights: dict[str, int] | None = None


class Policy(Body):
    """What Meta does to an account, and why."""

    action: Action
    reason: str = ""


class AppChange(Body):
    """Settings of an app; what is left out stays."""

    live: bool | None = None
    human_agent: bool | None = None
    require_proof: bool | None = None
    instagram_by_api: bool | None = None
    roles: set[str] | None = None
    deauthorize_url: str | None = None
    deletion_url: str | None = None
    instagram_deauthorize_url: str | None = None
    instagram_deletion_url: str | None = None


class Revoke(Body):
    """Invalidate every token of an account; ``subcode`` null makes them good again."""

    account: str
    subcode: int | None = 460


class Verify(Body):
    """Do the GET handshake for one object of an app."""

    app_id: str
    object: ObjectName


class Advance(Body):
    """Move the clock."""

    seconds: float


class PinUsage(Body):
    """What the usage headers of an account or app show; null goes back to measuring."""

    id: str
    call_count: int | None = 0
    estimated_time_to_regain_access: int = 0


class Made(msgspec.Struct, kw_only=True):
    """What an act made."""

    mid: str | None = None
    id: str | None = None


class Waited(msgspec.Struct, kw_only=True):
    """Whether what was waited for came true, and the counts at the end."""

    reached: bool
    tally: Tally
    delivered: int
    outstanding: int


class Seen(msgspec.Struct, kw_only=True):
    """A summary of the simulator."""

    now: int
    speed: float
    apps: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    people: list[dict[str, Any]]
    tokens: list[dict[str, Any]]
    conversations: int
    tally: Tally
    delivered: int
    outstanding: int
    postponed: int


class Sends(msgspec.Struct, kw_only=True):
    """Accepted sends, oldest first."""

    data: list[Send]
    total: int


class RefusedCalls(msgspec.Struct, kw_only=True):
    """Refused sends, oldest first."""

    data: list[RefusedCall]
    total: int


class Deliveries(msgspec.Struct, kw_only=True):
    """Delivery attempts, oldest first."""

    data: list[Delivery]
    total: int


class Violations(msgspec.Struct, kw_only=True):
    """Limits that somebody went beyond, and how often in all."""

    data: list[Violation]
    total: int


class Alerts(msgspec.Struct, kw_only=True):
    """Alerts, oldest first."""

    data: list[Alert]
