"""The Graph API: calls in, answers out, spoken as a raw ASGI application because senders measure themselves by it."""
