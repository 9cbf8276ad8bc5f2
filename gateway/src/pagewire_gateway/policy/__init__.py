"""Meta's rules for writing to people, decided before Meta has to. Pure: no I/O, no clock, no framework.

    decide(talk, standing, wish, now) -> Send | Wait | Refuse

`Talk` is what is known of the conversation, `Standing` of the account, `Wish` what somebody wants to send. The same function
decides when a reply is taken up and again at the moment of sending. Sources: Meta, messaging policy, message tags, private
replies, conversation routing (outbound.md 2, 4.3 and 6).
"""

from pagewire_gateway.policy.decide import decide
from pagewire_gateway.policy.owners import owner_of
from pagewire_gateway.policy.reasons import Reason
from pagewire_gateway.policy.words import Body, Decision, Refuse, Send, Standing, Talk, Target, Wait, Wish

__all__ = [
    "Body",
    "Decision",
    "Reason",
    "Refuse",
    "Send",
    "Standing",
    "Talk",
    "Target",
    "Wait",
    "Wish",
    "decide",
    "owner_of",
]
