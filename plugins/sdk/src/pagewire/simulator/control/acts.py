"""What people do, by HTTP."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from pagewire.simulator.control import shapes
from pagewire.simulator.control.base import Control
from pagewire.simulator.wiring import ThePeople


class Acts(Control):
    """What people do."""

    @post("/say", sync_to_thread=False)
    def say(self, people: ThePeople, data: JSONBody[shapes.Say]) -> shapes.Made:
        """A person writes to an account."""
        mid = people.say(
            data.account,
            data.person,
            data.text,
            attachments=data.attachments,
            reply_to=data.reply_to,
            story=data.story,
            referral=data.referral,
        )
        return shapes.Made(mid=mid)

    @post("/tap", sync_to_thread=False)
    def tap(self, people: ThePeople, data: JSONBody[shapes.Tap]) -> shapes.Made:
        """A person taps a quick reply of the last message."""
        return shapes.Made(mid=people.tap(data.account, data.person, data.title))

    @post("/press", sync_to_thread=False)
    def press(self, people: ThePeople, data: JSONBody[shapes.Tap]) -> shapes.Made:
        """A person presses a postback button of a template."""
        return shapes.Made(mid=people.press(data.account, data.person, data.title))

    @post("/postback", sync_to_thread=False)
    def postback(self, people: ThePeople, data: JSONBody[shapes.Postback]) -> shapes.Made:
        """A person presses Get Started, an ice breaker or a menu entry."""
        mid = people.postback(data.account, data.person, data.title, data.payload, referral=data.referral)
        return shapes.Made(mid=mid)

    @post("/referral", sync_to_thread=False)
    def referral(self, people: ThePeople, data: JSONBody[shapes.Referral]) -> shapes.Made:
        """A person comes back to the thread by a link or an ad."""
        people.referral(data.account, data.person, data.ref, source=data.source, ad_id=data.ad_id)
        return shapes.Made()

    @post("/react", sync_to_thread=False)
    def react(self, people: ThePeople, data: JSONBody[shapes.React]) -> shapes.Made:
        """A person reacts to a message, or takes it back."""
        people.react(data.account, data.person, data.emoji, mid=data.mid)
        return shapes.Made()

    @post("/read", sync_to_thread=False)
    def read(self, people: ThePeople, data: JSONBody[shapes.Read]) -> shapes.Made:
        """A person reads what the account wrote."""
        people.read(data.account, data.person, mid=data.mid)
        return shapes.Made()

    @post("/change", sync_to_thread=False)
    def change(self, people: ThePeople, data: JSONBody[shapes.Change]) -> shapes.Made:
        """A person unsends or edits a message."""
        if data.text is None:
            people.unsend(data.account, data.person, data.mid)
        else:
            people.edit(data.account, data.person, data.mid, data.text)
        return shapes.Made(mid=data.mid)

    @post("/comment", sync_to_thread=False)
    def comment(self, people: ThePeople, data: JSONBody[shapes.Comment]) -> shapes.Made:
        """A person comments on a post of the account, or on its broadcast."""
        return shapes.Made(id=people.comment(data.account, data.person, data.text, live=data.live))

    @post("/inbox", sync_to_thread=False)
    def inbox(self, people: ThePeople, data: JSONBody[shapes.Write]) -> shapes.Made:
        """Somebody of the business answers from Meta's own inbox."""
        return shapes.Made(mid=people.inbox(data.account, data.person, data.text))

    @post("/block", sync_to_thread=False)
    def block(self, people: ThePeople, data: JSONBody[shapes.Block]) -> shapes.Made:
        """A person blocks the account, or stops blocking it."""
        (people.block if data.blocked else people.unblock)(data.account, data.person)
        return shapes.Made()
