"""Delivery bodies for load: about 630 bytes, one message each, every message id its own."""

import hashlib
import hmac
import os
import time

SECRET = b"bench-app-secret"
PATH = "/webhooks/bench/load"
PAGES = int(os.environ.get("BENCH_PAGES", "1000"))
PEOPLE = int(os.environ.get("BENCH_PEOPLE", "5000"))

_BODY = (
    '{"object":"page","entry":[{"id":"%d","time":%d,"messaging":[{"sender":{"id":"%d"},"recipient":{"id":"%d"},'
    '"timestamp":%d,"message":{"mid":"m_%s%018d","text":"%s"}}]}]}'
)
_TEXT = "Do you have the blue kettle in stock, and could you set one aside until Saturday? " * 4
_NUMBERED = os.environ.get("BENCH_TEXT") == "numbered"
_PAD = "wQq2VMlZSJnGou4m4gsF1Fh82_OSuk6YOAgWuwtsxweZhyOUwJJhLLeC_yGpk7f8"
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nUser-Agent: facebookexternalua\r\n"
    "Content-Length: {size}\r\nX-Hub-Signature-256: sha256={digest}\r\n\r\n"
)


def page_id(number: int) -> int:
    """The Page of a message."""
    return 108_000_000_000_000 + number % PAGES


def body(number: int) -> bytes:
    """The delivery body of message `number`; numbered texts hold the moment at which it was made."""
    page, person, now = page_id(number), 24_000_000_000_000_000 + number % PEOPLE, int(time.time() * 1000)
    text = f"no {time.monotonic_ns()}" if _NUMBERED else _TEXT
    return (_BODY % (page, now, person, page, now, _PAD, number, text)).encode()


def request_bytes(number: int) -> bytes:
    """A whole signed request."""
    content = body(number)
    digest = hmac.new(SECRET, content, hashlib.sha256).hexdigest()
    return _HEAD.format(path=PATH, size=len(content), digest=digest).encode() + content
