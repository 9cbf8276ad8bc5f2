"""Durable outbound requests on their way to the Graph API: in order a conversation, paced an account, sent once."""

from pagewire_gateway.outbox.outbox import Outbox

__all__ = ["Outbox"]
