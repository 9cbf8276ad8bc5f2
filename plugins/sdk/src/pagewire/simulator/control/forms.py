"""What people fill in, write in public, or do in Meta's inbox, by HTTP."""

from __future__ import annotations

from litestar import post
from litestar.params import JSONBody

from pagewire.simulator.control import shapes
from pagewire.simulator.control.base import Control
from pagewire.simulator.wiring import ThePeople


class Forms(Control):
    """What people fill in, write in public, or do in Meta's inbox."""

    @post("/post", sync_to_thread=False)
    def wall(self, people: ThePeople, data: JSONBody[shapes.Write]) -> shapes.Made:
        """A person writes on a Page's wall."""
        return shapes.Made(id=people.post(data.account, data.person, data.text))

    @post("/broadcast/end", sync_to_thread=False)
    def end_broadcast(self, people: ThePeople, data: JSONBody[shapes.Broadcast]) -> None:
        """An Instagram account's broadcast ends."""
        people.end_broadcast(data.account)

    @post("/comment/answer", sync_to_thread=False)
    def answer_comment(self, people: ThePeople, data: JSONBody[shapes.PublicAnswer]) -> shapes.Made:
        """Somebody of the business answers a comment privately from Meta's inbox."""
        return shapes.Made(mid=people.answer_comment(data.comment, data.text))

    @post("/feedback", sync_to_thread=False)
    def feedback(self, people: ThePeople, data: JSONBody[shapes.Feedback]) -> None:
        """A person answers the newest customer feedback form."""
        people.feedback(data.account, data.person, data.score, data.comment)

    @post("/information", sync_to_thread=False)
    def information(self, people: ThePeople, data: JSONBody[shapes.Information]) -> None:
        """A person fills in the newest structured information form."""
        people.inform(data.account, data.person, data.answers)

    @post("/reveal", sync_to_thread=False)
    def reveal(self, people: ThePeople, data: JSONBody[shapes.Who]) -> shapes.Made:
        """A person reveals the code of the newest coupon."""
        return shapes.Made(mid=people.reveal(data.account, data.person))

    @post("/link", sync_to_thread=False)
    def link(self, people: ThePeople, data: JSONBody[shapes.Link]) -> None:
        """A person links the account of a shop, or unlinks it."""
        people.link(data.account, data.person, data.authorization_code)

    @post("/subscribe", sync_to_thread=False)
    def subscribe(self, people: ThePeople, data: JSONBody[shapes.Who]) -> shapes.Made:
        """A person agrees to the newest opt-in request; answers the token."""
        return shapes.Made(id=people.subscribe(data.account, data.person))

    @post("/tick", sync_to_thread=False)
    def tick(self, people: ThePeople, data: JSONBody[shapes.Tick]) -> None:
        """A person starts by the Send-to-Messenger plugin, or by the checkbox plugin."""
        people.tick(data.account, data.person, data.ref, user_ref=data.user_ref)

    @post("/take_over", sync_to_thread=False)
    def take_over(self, people: ThePeople, data: JSONBody[shapes.Who]) -> None:
        """Somebody of the business takes the thread into Meta's inbox."""
        people.take_over(data.account, data.person)

    @post("/hand_back", sync_to_thread=False)
    def hand_back(self, people: ThePeople, data: JSONBody[shapes.Who]) -> None:
        """The inbox is done with the thread."""
        people.hand_back(data.account, data.person)
