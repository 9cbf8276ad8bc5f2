"""The verification handshake: Meta asks with GET whether this address expects its webhooks.

Source: Meta, webhooks, verification requests: answer 200 with the challenge exactly, 403 for a wrong token.
"""

import hmac
from urllib.parse import parse_qs

from pagewire_gateway.ingress.answers import BAD_HANDSHAKE, NO_TOKEN, WRONG_TOKEN, Answer
from pagewire_gateway.registry.port import App

_CHALLENGE_CHARACTERS = 1024


def answer(app: App, query: bytes) -> Answer:
    """What to say to a verification request.

    Args:
        app: whose webhook it is.
        query: the raw query string; its parameter names hold dots.
    """
    try:
        asked = parse_qs(query.decode("utf-8"), keep_blank_values=True, max_num_fields=32)
    except ValueError:
        return BAD_HANDSHAKE
    mode, token, challenge = (_one(asked, f"hub.{name}") for name in ("mode", "verify_token", "challenge"))
    if mode != "subscribe" or token is None or not challenge or len(challenge) > _CHALLENGE_CHARACTERS:
        return BAD_HANDSHAKE
    if app.verify_token is None:
        return NO_TOKEN
    if not hmac.compare_digest(token.encode(), app.verify_token.reveal().encode()):
        return WRONG_TOKEN
    return Answer(200, challenge, "verified")


def _one(asked: dict[str, list[str]], name: str) -> str | None:
    values = asked.get(name, [])
    return values[0] if len(values) == 1 else None
