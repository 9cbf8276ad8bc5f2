"""A reply as the Send API wants it. Pure."""

import msgspec

from pagewire.replies import RESPONSE, BestEffort, Reply, Sending, Terms, compose
from pagewire.surfaces import Surface
from pagewire_gateway.journal.port import Outbound


def body_of(row: Outbound, reply: Sending, surface: Surface, terms: Terms = RESPONSE) -> bytes:
    """The JSON of ``POST /{id}/messages``; on Messenger the row's id goes along as ``metadata`` and comes back in the echo."""
    return msgspec.json.encode(compose(reply, row.conversation.person, surface, metadata=row.id, terms=terms))


def is_best_effort(reply: Reply) -> bool:
    """Whether a failure may be forgotten: sender actions and reactions change nothing that lasts."""
    return isinstance(reply, BestEffort)
