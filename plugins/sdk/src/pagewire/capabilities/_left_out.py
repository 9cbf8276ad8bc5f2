"""What Meta's Send API has, or had, and Pagewire does not send: each with its reason, so that nobody has to guess. Pure."""

from typing import NamedTuple


class LeftOut(NamedTuple):
    """Something that cannot be asked for.

    Attributes:
        what: for people.
        wire: where it stands in a request: a recipient's field or a button's type.
        why: a sentence.
        instead: what to use.
    """

    what: str
    wire: str
    why: str
    instead: str


LEFT_OUT: tuple[LeftOut, ...] = (
    LeftOut(
        "recipient of the check-box plugin",
        "recipient.user_ref",
        "Meta sends no echo, delivery or read for it and keeps no conversation, so after an unclear answer nothing could prove a "
        "send, and the plugin is a legacy one",
        "wait for the person's first message, which carries the same reference (`prior_message.identifier`) and a scoped id",
    ),
    LeftOut(
        "recipient by phone number",
        "recipient.phone_number",
        "a closed beta that is gone from Meta's list of parameters",
        "let the person write first",
    ),
    LeftOut(
        "call button",
        "button audio_call",
        "it belongs to Meta's calling product, for Pages on a list",
        "a PhoneButton",
    ),
    LeftOut("sponsored message", "act_{id}/messages", "it is sold with Meta's advertising", "Meta's Ads Manager"),
)
"""Source: Meta, Send API, recipients and buttons, as of `pagewire.deprecations.KNOWN`; docs/decisions/0016."""
