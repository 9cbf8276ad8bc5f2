"""Replies on their way.

``before_send`` stands in the way of every message, whichever plugin asked for it. The plugins that are enabled for the account
are asked in the order of its resource, one after the other, each with what the one before made of the reply; a plugin's own
replies are no exception. Then the reply is checked against Meta's limits and rules. Sender actions such as typing, and the
handing over of conversations, are not asked about.

A plugin has ``PAGEWIRE_BEFORE_SEND_TIMEOUT`` seconds (2). If it raises, hangs, or makes a reply that Meta would not take,
``PAGEWIRE_BEFORE_SEND_FAILURE`` decides: ``closed`` (the default) does not send; the reply is put back and tried again with
growing pauses, and parked after the last attempt, where people see and may replay it. While the plugin is away as a whole
nothing is parked: what hangs, raises ``TryLater`` or fails as it cannot reach something (an ``OSError``, or what comes from one)
waits and is asked about again, with what stands behind it in its conversation, until the messaging window closes or others
pass. A replay of a part that was parked brings the later parts of its answer too. ``open`` goes on with the reply as it was
before this plugin. Nothing is ever sent twice: once a plugin has altered a reply, the altered one is stored before the request
is made, and no plugin is asked about it again. One that nobody altered may be asked about again, with the same
``idempotency_key``.

``on_refused`` and ``on_delivered`` tell the plugin that asked, and nobody else. They are called at least once, also after a
restart; what they raise is tried again with growing pauses, and parked after the last attempt, where people see and may replay
it; a replay of a report sends nothing. Where one read tells of many messages each call has the whole time-out, and another
attempt goes on at the one that failed.

All three cost something for every message; see ``needs`` above for how a ``Config`` says which of them an account calls at all.
"""

from typing import Any

from pagewire.context import SendContext
from pagewire.errors import Refused
from pagewire.events import Conversation
from pagewire.hooks._markers import hookspec
from pagewire.replies import Reply
from pagewire.sends import Refusal, Send


@hookspec
async def before_send(reply: Reply, conversation: Conversation, context: SendContext[Any]) -> Reply | Refused | None:
    """A message is about to be sent: return nothing to let it go, another one in its place, or `Refused` to hold it back.

    Raising `Refused` does the same as returning it. The reason is stored in the conversation's history, with the plugin's name.
    Who the message goes to, and whether a person or a program wrote it, cannot be changed.
    """


@hookspec
async def on_refused(refusal: Refusal, context: SendContext[Any]) -> None:
    """A reply this plugin asked for was not sent: the rules, Meta or another plugin said no, or the attempts were used up."""


@hookspec
async def on_delivered(send: Send, context: SendContext[Any]) -> None:
    """A reply this plugin asked for was sent, has reached the person's device, or was read: one call for each.

    ``delivered`` and ``read`` come as far as Meta tells: Instagram does not tell about devices, and Messenger names a time up to
    which all was read.
    """
