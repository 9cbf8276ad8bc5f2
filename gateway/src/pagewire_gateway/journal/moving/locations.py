"""Where a journal is, as people write it."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from pagewire_gateway.journal.port import JournalError


class AtPath(Struct, frozen=True):
    """A file of SQLite."""

    path: Path


class AtNats(Struct, frozen=True):
    """A deployment on NATS.

    Attributes:
        servers: with commas between them.
        prefix: names the deployment.
    """

    servers: str
    prefix: str


def located(text: str) -> AtPath | AtNats:
    """Read ``sqlite:///data/journal.db`` or ``nats://a:4222,b:4222/acme``.

    Raises:
        JournalError: it is neither.
    """
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return AtPath(Path(unquote(urlsplit(text).path)))
    hosts, _, prefix = rest.partition("/")
    if scheme in ("nats", "tls") and hosts:
        servers = ",".join(f"{scheme}://{host.rpartition('://')[2]}" for host in hosts.split(","))
        return AtNats(servers, prefix or "pagewire")
    raise JournalError(
        f"{text} names no journal; write sqlite:///absolute/path/journal.db or nats://host:4222/deployment, with commas between "
        "several hosts"
    )
