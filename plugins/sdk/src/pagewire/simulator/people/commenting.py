"""What people do in public: comments and posts, each good for one private reply."""

from __future__ import annotations

from pagewire.simulator import events, views
from pagewire.simulator.people.base import Acts, Impossible
from pagewire.simulator.stored import Comment, Unknown


class Commenting(Acts):
    """What people do in public."""

    def comment(self, account: str, person: str, text: str, *, live: bool = False) -> str:
        """Comment on a post, or on a live broadcast; returns the comment's id, good for one private reply."""
        return self._publish(account, person, text, live=live)

    def post(self, account: str, person: str, text: str) -> str:
        """Write on a Page's wall; returns the post's id, good for one private reply by ``post_id``."""
        if self._meta.state.account(account).object != "page":
            raise Impossible("only Pages have a wall: comment instead")
        return self._publish(account, person, text, visitor=True)

    def delete_comment(self, comment: str) -> None:
        """Take a comment or post back: it can no longer be answered."""
        self._comment(comment).deleted = True

    def end_broadcast(self, account: str) -> None:
        """An Instagram account's broadcast ends: its comments can no longer be answered."""
        for made in self._meta.state.comments.values():
            if made.account_id == account and made.live:
                made.over = True

    def _publish(self, account: str, person: str, text: str, *, live: bool = False, visitor: bool = False) -> str:
        known = self._meta.state.account(account)
        scoped, human = self._meta.state.person(known, person)
        post = self._meta.ids.number("9")
        instagram = known.object == "instagram"
        if live and not instagram:
            raise Impossible("only Instagram's live comments have rules of their own: comment without live")
        number = post if instagram else f"{account if visitor else post}_{self._meta.ids.number('8')}"
        made = Comment(
            id=number,
            account_id=account,
            person=scoped,
            text=text,
            created=self._meta.clock.now_ms(),
            visitor=visitor,
            live=live,
        )
        self._meta.state.comments[number] = made
        change = events.comment(known.object, made, human.username if instagram else human.name)
        self._meta.publisher.publish_change(known, f"{account}:{scoped}", change)
        self._meta.hub.tell("comment", f"{account}:{scoped}", views.comment(made))
        return number

    def _comment(self, comment: str) -> Comment:
        found = self._meta.state.comments.get(comment)
        if found is None:
            raise Unknown(f"no comment {comment!r} in this world")
        return found
