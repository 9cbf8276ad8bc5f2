r"""The texts a spec is made of, each with its pattern and its bound.

Patterns end in ``\Z``, not ``$``: Python's ``$`` lets a trailing line feed through, Kubernetes' does not.
The description of a constrained type finishes the sentence "expected ...", because `explain` says it so.
"""

from typing import Annotated, Final

from msgspec import Meta

from .durations import DURATION_PATTERN

URL_PATTERN: Final = r"https://[^\s]+"

NumericId = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,32}\Z",
        max_length=32,
        description='the id as Meta shows it: digits, in quotes, as in "108000000000001"',
    ),
]
"""Ids exceed 2^53, so they are text and never numbers (Meta, Graph API)."""

ResourceName = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\Z",
        max_length=253,
        description="a Kubernetes name: small letters, digits, '-' and '.', a letter or digit at both ends",
    ),
]
Namespace = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\Z",
        max_length=63,
        description="a Kubernetes namespace: small letters, digits and '-', a letter or digit at both ends",
    ),
]
SecretKey = Annotated[
    str,
    Meta(
        pattern=r"^[-._a-zA-Z0-9]+\Z",
        max_length=253,
        description="a key of a Secret: letters, digits, '-', '_' and '.'",
    ),
]
GraphVersion = Annotated[
    str,
    Meta(pattern=r"^v[0-9]{1,3}\.[0-9]\Z", max_length=6, description="a Graph API version, as in v25.0"),
]
Percent = Annotated[int, Meta(ge=0, le=100, description="a whole number from 0 to 100")]
Duration = Annotated[
    str,
    Meta(
        pattern=DURATION_PATTERN,
        max_length=32,
        description='a duration in hours, minutes and seconds, in quotes, as in "168h" or "1h30m"',
    ),
]
HttpsUrl = Annotated[
    str, Meta(pattern=rf"^{URL_PATTERN}\Z", max_length=2000, description="a URL that starts with https://")
]
HttpsUrlOrEmpty = Annotated[
    str,
    Meta(
        pattern=rf"^({URL_PATTERN})?\Z",
        max_length=2000,
        description="a URL that starts with https://, or an empty text to clear it",
    ),
]
CallbackUrl = Annotated[
    str,
    Meta(
        pattern=r"^(https://[^\s?#]+|http://(localhost|127\.0\.0\.1)(:[0-9]+)?)/login/[a-z0-9-]+/[a-z0-9.-]+/callback\Z",
        max_length=2000,
        description="https://, the gateway's public address, /login/{namespace}/{app}/callback",
    ),
]
Time = Annotated[str, Meta(max_length=40, extra_json_schema={"format": "date-time"})]
"""RFC 3339, in UTC, as in ``2026-11-22T10:00:00Z``. Only in a status."""
