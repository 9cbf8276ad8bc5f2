"""Each cell of the table of send features, against the simulator.

What the table allows is sent by the gateway's own code and accepted. What it does not allow is refused before the call with
the reason, and sent all the same it is refused by Meta, or has no effect where Meta ignores it.
"""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from pagewire.capabilities import TABLE, Feature, No, Until, Yes, cell
from pagewire.deprecations import DEPRECATIONS, KNOWN
from pagewire.events import Conversation
from pagewire.graph import File, GraphError, NewTemplate, wire
from pagewire.graph.answers import judge
from pagewire.graph.caller import encoded
from pagewire.replies import (
    ExtendThread,
    MarketingMessage,
    Media,
    MediaTemplate,
    PassThread,
    React,
    Reply,
    ReplyError,
    RequestThread,
    Sending,
    TakeThread,
    Terms,
    ToComment,
    ToPost,
    ToToken,
    check,
    compose,
)
from pagewire.simulator.stored import OptIn
from pagewire.simulator.world import APP_ID
from pagewire.surfaces import Surface
from pagewire_gateway.config import OutboxSettings
from pagewire_gateway.journal.port import Outbound
from pagewire_gateway.outbox.assets import Assets
from pagewire_gateway.outbox.requests import Line, Requests
from pagewire_gateway.registry.port import Account
from tests.pagewire.graph.subjects.conftest import ACCOUNTS, Place
from tests.pagewire.sending.examples import EXAMPLES

_ANY = wire.decoder(wire.ErrorAnswer)
CELLS = [(feature, surface) for feature in TABLE for surface in Surface]
ALLOWED = [(f, s) for f, s in CELLS if isinstance(cell(f, s), Yes)]
REFUSED = [(f, s) for f, s in CELLS if isinstance(cell(f, s), No)]
ENDING = [(f, s) for f, s in CELLS if isinstance(cell(f, s), Until)]
HUMAN = Terms("MESSAGE_TAG", "HUMAN_AGENT")
IGNORED = frozenset(
    {
        Feature.QUICK_REPLY_IMAGE,
        Feature.QUICK_REPLY_PHONE,
        Feature.QUICK_REPLY_EMAIL,
        Feature.WEBVIEW,
        Feature.GENERIC_OPTIONS,
    }
)
"""What Instagram takes and does not show."""
replace = msgspec.structs.replace


def names(listed: list[tuple[Feature, Surface]]) -> list[str]:
    return [f"{feature} on {surface}" for feature, surface in listed]


class Talk:
    """A conversation, and the gateway's own way of answering in it."""

    def __init__(self, place: Place, surface: Surface) -> None:
        self.place, self.surface = place, surface
        self.account_id = ACCOUNTS[surface]
        self.person = place.meet(surface)
        self.requests = Requests(OutboxSettings(), Assets(place.clock.now_ms))

    async def ready(self, feature: Feature, reply: Reply) -> Reply:
        """What the example needs at Meta, and the example with the ids that Meta gave."""
        prepare = PREPARED.get(feature)
        return reply if prepare is None else await prepare(self, reply)

    async def answer(self, reply: Reply, terms: Terms) -> None:
        await self.requests.make(self.line(), reply, terms)

    def line(self) -> Line:
        is_login = self.surface is Surface.INSTAGRAM_LOGIN
        account = Account(
            object="page" if self.surface is Surface.MESSENGER else "instagram",
            id=self.account_id,
            namespace="support",
            name="harbour",
            kind="MessengerPage" if self.surface is Surface.MESSENGER else "InstagramAccount",
            app=("support", "acme"),
            app_id=APP_ID,
            token=None,
            send_as_id=self.place.sender(self.surface),
            host="instagram" if is_login else "facebook",
            graph_version="v25.0",
            plugins=(),
        )
        talk = Conversation(account.object, account.id, self.person)
        row = Outbound(id="pw1", seq=1, event_seq=1, event_id="e", plugin="p", index=0, conversation=talk, body=b"",
                       state="sending", attempts=1, due=0, created=0, began=0, mid="", error="")  # fmt: skip
        return Line(self.place.graph(self.surface), account, self.place.token(self.surface), row)

    async def raw(self, reply: Reply) -> None:
        """Send it without asking anybody whether it may be sent."""
        if isinstance(reply, MarketingMessage):
            body: dict[str, Any] = {"message_id": reply.message_id, "message": {"text": "Sale!"}}
            await self.place.facebook.send(self.account_id, self.place.token(self.surface), encoded(body))
        elif isinstance(reply, Media) and reply.content is not None:
            file = File(reply.filename, reply.content_type, reply.content)
            graph, token = self.place.graph(self.surface), self.place.token(self.surface)
            platform: Any = "instagram" if self.surface.is_instagram else "messenger"
            message = {"attachment": {"type": reply.media, "payload": {"is_reusable": True}}}
            fields = {"platform": platform, "message": encoded(message).decode()}
            path = (self.place.sender(self.surface), "message_attachments")
            judge(await graph._write_file(path, token, fields, file, None), _ANY)
        elif isinstance(reply, Sending):
            body = compose(reply, self.person, self.surface)
            await self.place.graph(self.surface).send(
                self.place.sender(self.surface), self.place.token(self.surface), encoded(body)
            )
        elif isinstance(reply, PassThread | TakeThread | RequestThread | ExtendThread):
            verb = type(reply).__name__.removesuffix("Thread").lower()
            given = {
                "recipient": {"id": self.person},
                **{k: v for k, v in msgspec.to_builtins(reply).items() if k != "type"},
            }
            path = (self.place.sender(self.surface), f"{verb}_thread_control")
            await self.place.graph(self.surface)._do(path, self.place.token(self.surface), given)
        else:
            await self.answer(reply, Terms())


async def _saved(talk: Talk, reply: Media | MediaTemplate) -> Reply:
    account = talk.place.page.id
    if talk.surface is Surface.INSTAGRAM_LOGIN:  # no upload there: an earlier message saved it
        kept = replace(EXAMPLES[Feature.REUSE], url="https://cdn.example.com/earlier.png")
        await talk.answer(kept, Terms())
        return replace(reply, attachment_id=next(iter(talk.place.meta.state.attachments)))
    saved = await talk.place.facebook.upload_url(
        account, talk.place.token(talk.surface), "image", "https://cdn.example.com/a.png",
        platform="instagram" if talk.surface.is_instagram else "messenger",
    )  # fmt: skip
    return replace(reply, attachment_id=saved.attachment_id)


async def _quoting(talk: Talk, reply: Any) -> Reply:
    mid = talk.place.said(talk.surface, talk.person)[-1].mid
    return replace(reply, message_id=mid) if isinstance(reply, React) else replace(reply, reply_to=mid)


async def _in_the_name_of(talk: Talk, reply: Any) -> Reply:
    if talk.surface is not Surface.MESSENGER:
        return reply
    made = await talk.place.facebook.create_persona(
        talk.account_id, talk.place.token(talk.surface), "Sam T.", "https://cdn.example.com/sam.png"
    )
    return replace(reply, persona_id=made)


async def _days_later(talk: Talk, reply: Any) -> Reply:
    talk.place.app.human_agent = True
    talk.place.clock.advance(6 * 86_400)
    return reply


async def _commented(talk: Talk, reply: Any) -> Reply:
    comment = talk.place.people.comment(talk.account_id, "ben", "How much?")
    return replace(reply, to=ToComment(comment_id=comment))


async def _posted(talk: Talk, reply: Any) -> Reply:
    if talk.surface.is_instagram:  # there are no visitor posts
        return reply
    return replace(reply, to=ToPost(post_id=talk.place.people.post(talk.place.page.id, "ben", "Ahoy!")))


async def _approved(talk: Talk, reply: Any) -> Reply:
    if talk.surface is Surface.MESSENGER:
        body = {"type": "BODY", "text": "Your parcel left our warehouse."}
        made = NewTemplate(name="shipment_update_1", language="en", components=[body])
        await talk.place.facebook.create_template(talk.account_id, talk.place.token(talk.surface), made)
    return reply


async def _routed(talk: Talk, reply: Any) -> Reply:
    talk.place.meta.state.accounts[talk.account_id].default_app = APP_ID
    return reply


async def _subscribed(talk: Talk, reply: Any) -> Reply:
    if talk.surface is not Surface.MESSENGER:
        return reply
    token = _opt_in(talk)
    return replace(reply, to=ToToken(kind="notification_messages_token", token=token))


def _opt_in(talk: Talk) -> str:
    token = "NMT1"
    talk.place.meta.state.optins[token] = OptIn(
        token=token,
        account_id=talk.account_id,
        person=talk.person,
        title="Sales",
        expires_ms=talk.place.clock.now_ms() + 86_400_000,
    )
    return token


PREPARED: dict[Feature, Callable[[Talk, Any], Any]] = {
    Feature.ATTACHMENT_ID: _saved,
    Feature.MEDIA_TEMPLATE: _saved,
    Feature.REPLY_TO: _quoting,
    Feature.REACT: _quoting,
    Feature.PERSONA: _in_the_name_of,
    Feature.HUMAN: _days_later,
    Feature.PRIVATE_REPLY: _commented,
    Feature.PRIVATE_REPLY_POST: _posted,
    Feature.UTILITY: _approved,
    Feature.PASS_THREAD: _routed,
    Feature.TAKE_THREAD: _routed,
    Feature.MARKETING_TOKEN: _subscribed,
}


@pytest.fixture
async def meet() -> AsyncIterator[Callable[..., Talk]]:
    """Begin a conversation on a surface, on a day."""
    places: list[Place] = []

    def made(surface: Surface, day: date = KNOWN) -> Talk:
        place = Place(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        places.append(place)
        return Talk(place, surface)

    yield made
    for place in places:
        await place.close()


@pytest.mark.parametrize(("feature", "surface"), ALLOWED, ids=names(ALLOWED))
async def test_what_the_table_allows_meta_accepts(
    meet: Callable[..., Talk], feature: Feature, surface: Surface
) -> None:
    talk = meet(surface)
    reply = await talk.ready(feature, EXAMPLES[feature])
    assert check(reply, surface) == ()
    await talk.answer(reply, HUMAN if feature is Feature.HUMAN else Terms())


@pytest.mark.parametrize(("feature", "surface"), REFUSED, ids=names(REFUSED))
async def test_what_the_table_refuses_is_refused_here_and_there(
    meet: Callable[..., Talk], feature: Feature, surface: Surface
) -> None:
    talk, no = meet(surface), cell(feature, surface)
    assert isinstance(no, No)
    reply = await talk.ready(feature, EXAMPLES[feature])
    with pytest.raises(ReplyError) as refused:
        check(reply, surface)
    assert str(refused.value).endswith(no.reason)
    if feature in IGNORED:
        await talk.raw(reply)
        assert_without(feature, talk)
        return
    with pytest.raises(GraphError):
        await talk.raw(reply)


@pytest.mark.parametrize(("feature", "surface"), ENDING, ids=names(ENDING))
async def test_what_ends_is_fine_until_its_day(meet: Callable[..., Talk], feature: Feature, surface: Surface) -> None:
    until = cell(feature, surface)
    assert isinstance(until, Until)
    end = DEPRECATIONS[until.key]
    late = meet(surface, end.ends)
    reply = await late.ready(feature, EXAMPLES[feature])
    with pytest.raises(ReplyError, match=f"ended on {end.ends}"):
        check(reply, surface, end.ends)
    if feature in IGNORED:
        await late.raw(reply)
        assert_without(feature, late)
    else:
        with pytest.raises(GraphError):
            await late.raw(reply)
    if end.is_exact:  # where Meta published no day, the simulator never knew it
        early = meet(surface, end.ends - timedelta(1))
        reply = await early.ready(feature, EXAMPLES[feature])
        assert [notice.key for notice in check(reply, surface, end.ends - timedelta(1))] == [until.key]
        await early.answer(reply, Terms())


def assert_without(feature: Feature, talk: Talk) -> None:
    """The message is there, and what Instagram ignores is not."""
    message = talk.place.said(talk.surface, talk.person)[-1]
    assert message.text or message.attachments
    quick = feature in {Feature.QUICK_REPLY_PHONE, Feature.QUICK_REPLY_EMAIL}
    assert not quick or not message.quick_replies
    assert not any(one.get("image_url") for one in message.quick_replies or ())
    shown = msgspec.json.encode(message.attachments).decode()
    assert not any(option in shown for option in ("webview", "sharable", "image_aspect_ratio"))
