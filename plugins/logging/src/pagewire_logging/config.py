"""The plugin's part of a resource."""

import os
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from pagewire.resources.common import Duration, Part
from pagewire.resources.durations import parse_duration
from pagewire_logging import kinds
from pagewire_logging.redaction import Shown
from pagewire_logging.sizes import SIZE_PATTERN

STDOUT: Final = "stdout"
OTLP: Final = "otlp"
POSTGRES: Final = "postgres"
S3_NAME: Final = "s3"
_NAMED: Final = (STDOUT, OTLP, POSTGRES, S3_NAME)
_KEPT_ELSEWHERE: Final = (STDOUT, OTLP, S3_NAME)
"""Where what was written is out of our hands."""
SUFFIXES: Final = (".jsonl", ".ndjson", ".log")
"""How the name of a log ends. A manifest can so never point the plugin at a database or a key."""

DIRECTORY_VARIABLE: Final = "PAGEWIRE_LOGGING_DIR"
"""If set, files are written beneath this folder only: whoever runs the gateway has the last word over manifests."""

_KEY_LENGTH: Final = 16

Size = Annotated[str, Meta(pattern=SIZE_PATTERN, description='a size in bytes, in quotes, as in "100Mi" or "1G"')]
Rate = Annotated[float, Meta(ge=0, le=1)]
Kinds = Annotated[list[str], Meta(max_length=100)]


class Include(Part, frozen=True, kw_only=True):
    """What is left out unless asked for: all of it is, or leads to, what people wrote and who they are.

    Each is ``false``, ``true``, or ``hashed``: a keyed hash, the same for the same value, with the key of ``hashIds``.

    Attributes:
        text: what people wrote, titles of buttons, and payloads.
        profile: names, looked up at Meta for each line that is written.
        attachment_urls: addresses of attachments; who has one can fetch the content while it lasts.
        phones: telephone numbers within text and payload; ``[phone]`` stands in their place.
        emails: e-mail addresses within text and payload; ``[email]`` stands in their place.
    """

    text: Shown = False
    profile: Shown = False
    attachment_urls: Shown = False
    phones: Shown = False
    emails: Shown = False


class Rotation(Part, frozen=True, kw_only=True):
    """When a file is put aside, and how many are kept.

    Attributes:
        max_size: a line that would make the file larger begins a new one; ``"0"`` for no limit.
        every: begin a new file at every multiple of this since 1970, UTC: ``24h`` is midnight.
        keep: how many files are kept beside the current one; ``.1`` is the newest.
    """

    max_size: Size = "100Mi"
    every: Duration | None = None
    keep: Annotated[int, Meta(ge=1, le=1000)] = 5


class HashIds(Part, frozen=True, kw_only=True):
    """Write a keyed hash in place of a scoped id. Give one of the two.

    Attributes:
        key: the key itself, at least 16 characters; anybody who may read the resource reads it.
        key_file: absolute path of a file with the key, such as a mounted Secret; read once.
    """

    key: str | None = None
    key_file: str | None = None

    def __repr__(self) -> str:
        """Without the key: configurations end up in logs."""
        return f"HashIds(key={'...' if self.key else None}, key_file={self.key_file!r})"


class Otlp(Part, frozen=True, kw_only=True):
    """A collector that takes logs over OTLP/HTTP.

    Attributes:
        endpoint: the whole address for logs; the gateway's ``OTEL_EXPORTER_OTLP_*`` variables if left out.
        headers_file: absolute path of a file with headers, one ``name: value`` a line, such as a mounted Secret; read once.
    """

    endpoint: Annotated[str, Meta(pattern="^https?://", max_length=500)] | None = None
    headers_file: str | None = None


class Postgres(Part, frozen=True, kw_only=True):
    """A table in PostgreSQL.

    Attributes:
        dsn_file: absolute path of a file with the connection string, such as a mounted Secret; read for each connection.
        table: name, or schema and name with a dot between; made if it is missing.
    """

    dsn_file: str
    table: Annotated[str, Meta(pattern=r"^[a-z_][a-z0-9_]{0,50}(\.[a-z_][a-z0-9_]{0,50})?\Z")] = "pagewire_event_log"


class S3(Part, frozen=True, kw_only=True):
    """A bucket that speaks S3.

    Attributes:
        bucket: its name.
        prefix: begins the name of each object; end it with a slash.
        endpoint: address of the server; Amazon's if left out.
        region: as the server wants it.
        credentials_file: absolute path of a file as ``~/.aws/credentials``; what boto3 finds by itself if left out.
    """

    bucket: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]\Z")]
    prefix: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_./\-]{0,200}\Z")] = "pagewire/"
    endpoint: Annotated[str, Meta(pattern="^https?://", max_length=500)] | None = None
    region: Annotated[str, Meta(max_length=50)] = "us-east-1"
    credentials_file: str | None = None


class Config(Struct, rename="camel", forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What to write, and where.

    Attributes:
        destination: ``stdout``, ``otlp``, ``postgres``, ``s3``, or the absolute path of a .jsonl, .ndjson or .log file.
        otlp: where the collector is.
        postgres: where the table is.
        s3: which bucket.
        retain: remove what is older; files that were put aside, and rows.
        rotation: of the file; 100 MiB and 5 files if left out.
        fsync: bring each line to the disk before its event counts as logged.
        include: what is left out otherwise.
        hash_ids: a keyed hash in place of scoped ids.
        kinds: only these kinds; all if empty. ``change.*`` and ``call.*`` mean all of theirs.
        exclude_kinds: all kinds but these; goes before `kinds`.
        sample: the part of events that is written, from 0 to 1. The same event is always in or always out.
        sample_by_kind: the same for single kinds.
        pages: write a line also when an account comes or goes.

    Raises:
        ValueError: naming every field that cannot be as it is.
    """

    destination: str = STDOUT
    otlp: Otlp | None = None
    postgres: Postgres | None = None
    s3: S3 | None = None
    retain: Duration | None = None
    rotation: Rotation | None = None
    fsync: bool = False
    include: Include = Include()
    hash_ids: HashIds | None = None
    kinds: Kinds = []
    exclude_kinds: Kinds = []
    sample: Rate = 1.0
    sample_by_kind: dict[str, Rate] = {}
    pages: bool = False

    def __post_init__(self) -> None:
        """Refuse what could only fail later."""
        if mistakes := [
            *_of_destination(self),
            *_of_network(self),
            *_of_kinds(self),
            *_of_hash(self.hash_ids, self.include),
        ]:
            raise ValueError("; ".join(mistakes))


def _of_destination(config: Config) -> Iterator[str]:
    if config.rotation is not None and config.rotation.every is not None and not parse_duration(config.rotation.every):
        yield "rotation.every: is 0; leave it out to rotate by size only"
    if config.destination in _NAMED:
        if config.rotation is not None or config.fsync:
            yield f"rotation and fsync: concern files; leave them out for {config.destination}, or give the path of a file"
        return
    path = PurePosixPath(config.destination)
    if not path.is_absolute() or ".." in path.parts or "\0" in config.destination:
        yield "destination: must be stdout, otlp, postgres, s3, or an absolute path without .."
    elif path.suffix not in SUFFIXES:
        yield f"destination: must end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
    else:
        yield from _outside(path)


def _outside(path: PurePosixPath) -> Iterator[str]:
    allowed = os.environ.get(DIRECTORY_VARIABLE)
    if allowed and not path.is_relative_to(allowed):
        yield f"destination: must lie beneath {allowed}, the folder this gateway allows ({DIRECTORY_VARIABLE})"


def _of_network(config: Config) -> Iterator[str]:
    for name, part in ((OTLP, config.otlp), (POSTGRES, config.postgres), (S3_NAME, config.s3)):
        if part is not None and config.destination != name:
            yield f"{name}: concerns destination {name}; leave it out, or write destination: {name}"
    if config.destination == POSTGRES and config.postgres is None:
        yield "postgres: is missing; give dsnFile"
    if config.destination == S3_NAME and config.s3 is None:
        yield "s3: is missing; give bucket"
    for field, path in _secret_files(config):
        if path is not None and not PurePosixPath(path).is_absolute():
            yield f"{field}: must be an absolute path"
    if config.retain is not None:
        yield from _of_retain(config.retain, config.destination)


def _secret_files(config: Config) -> Iterator[tuple[str, str | None]]:
    if config.otlp is not None:
        yield "otlp.headersFile", config.otlp.headers_file
    if config.postgres is not None:
        yield "postgres.dsnFile", config.postgres.dsn_file
    if config.s3 is not None:
        yield "s3.credentialsFile", config.s3.credentials_file


def _of_retain(retain: str, destination: str) -> Iterator[str]:
    if destination in _KEPT_ELSEWHERE:
        yield f"retain: {destination} keeps nothing here; set how long lines stay where they are kept"
    elif not parse_duration(retain):
        yield "retain: is 0; leave it out to keep all"


def _of_kinds(config: Config) -> Iterator[str]:
    for field, names in (
        ("kinds", config.kinds),
        ("excludeKinds", config.exclude_kinds),
        ("sampleByKind", config.sample_by_kind),
    ):
        yield from (f"{field}: {why}" for name in names if (why := kinds.mistake(name)) is not None)
    if both := sorted(set(config.kinds) & set(config.exclude_kinds)):
        yield f"excludeKinds: {both[0]} stands in kinds as well; leave it out of one"


def _of_hash(hash_ids: HashIds | None, include: Include) -> Iterator[str]:
    if hash_ids is None:
        if hashed := [
            one.encode_name for one in msgspec.structs.fields(include) if getattr(include, one.name) == "hashed"
        ]:
            yield f"include.{hashed[0]}: hashed needs a key; give hashIds"
        return
    if (hash_ids.key is None) is (hash_ids.key_file is None):
        yield "hashIds: give either key or keyFile"
    elif hash_ids.key is not None and len(hash_ids.key) < _KEY_LENGTH:
        yield f"hashIds.key: has {len(hash_ids.key)} characters; at least {_KEY_LENGTH} keep the ids from being guessed"
    elif hash_ids.key_file is not None and not PurePosixPath(hash_ids.key_file).is_absolute():
        yield "hashIds.keyFile: must be an absolute path"
