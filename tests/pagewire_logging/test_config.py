"""Every mistake a configuration can hold is refused where it is written, and the message says what to write."""

from typing import Any

import msgspec
import pytest

from pagewire_logging import Config
from pagewire_logging.sizes import parse_size
from tests.pagewire_logging.making import config

SECRET = "correct horse battery staple"
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("an unknown field", {"destinaton": "stdout"}, "Object contains unknown field `destinaton`"),
    (
        "a relative path",
        {"destination": "events.jsonl"},
        "destination: must be stdout, otlp, postgres, s3, or an absolute path without ..",
    ),
    (
        "a way out",
        {"destination": "/var/log/../lib/x.log"},
        "destination: must be stdout, otlp, postgres, s3, or an absolute path without ..",
    ),
    ("a database", {"destination": "/data/journal.db"}, "destination: must end in .jsonl, .ndjson or .log"),
    (
        "rotation of stdout",
        {"rotation": {}},
        "rotation and fsync: concern files; leave them out for stdout, or give the path of a file",
    ),
    (
        "fsync of stdout",
        {"fsync": True},
        "rotation and fsync: concern files; leave them out for stdout, or give the path of a file",
    ),
    (
        "no time between rotations",
        {"destination": "/x.log", "rotation": {"every": "0s"}},
        "rotation.every: is 0; leave it out to rotate by size only",
    ),
    ("no file kept", {"destination": "/x.log", "rotation": {"keep": 0}}, "Expected `int` >= 1 - at `$.rotation.keep`"),
    ("an unknown kind", {"kinds": ["mesage"]}, "kinds: 'mesage' is no kind of event; did you mean message?"),
    (
        "a kind like nothing",
        {"excludeKinds": ["qqq"]},
        "excludeKinds: 'qqq' is no kind of event; write one such as message or change.feed, or change.* or call.*",
    ),
    (
        "a star elsewhere",
        {"sampleByKind": {"message*": 1}},
        "sampleByKind: 'message*' is no kind of event; did you mean message?",
    ),
    (
        "in and out",
        {"kinds": ["read"], "excludeKinds": ["read"]},
        "excludeKinds: read stands in kinds as well; leave it out of one",
    ),
    ("more than all", {"sample": 1.5}, "Expected `float` <= 1.0 - at `$.sample`"),
    ("less than none", {"sampleByKind": {"read": -1}}, "Expected `float` >= 0.0 - at `$.sampleByKind[...]`"),
    ("no key", {"hashIds": {}}, "hashIds: give either key or keyFile"),
    ("two keys", {"hashIds": {"key": SECRET, "keyFile": "/k"}}, "hashIds: give either key or keyFile"),
    (
        "a short key",
        {"hashIds": {"key": "hunter2"}},
        "hashIds.key: has 7 characters; at least 16 keep the ids from being guessed",
    ),
    ("a key somewhere", {"hashIds": {"keyFile": "key"}}, "hashIds.keyFile: must be an absolute path"),
    (
        "a collector for a file",
        {"destination": "/x.log", "otlp": {}},
        "otlp: concerns destination otlp; leave it out, or write destination: otlp",
    ),
    ("no address", {"destination": "otlp", "otlp": {"endpoint": "collector:4318"}}, "Expected `str` matching regex"),
    (
        "headers somewhere",
        {"destination": "otlp", "otlp": {"headersFile": "h"}},
        "otlp.headersFile: must be an absolute path",
    ),
    ("no database", {"destination": "postgres"}, "postgres: is missing; give dsnFile"),
    (
        "a statement for a table",
        {"destination": "postgres", "postgres": {"dsnFile": "/d", "table": "x; drop table y"}},
        "Expected `str` matching regex",
    ),
    (
        "fsync of a database",
        {"destination": "postgres", "postgres": {"dsnFile": "/d"}, "fsync": True},
        "rotation and fsync: concern files; leave them out for postgres, or give the path of a file",
    ),
    (
        "retention of a stream",
        {"retain": "24h"},
        "retain: stdout keeps nothing here; set how long lines stay where they are kept",
    ),
    ("no bucket", {"destination": "s3"}, "s3: is missing; give bucket"),
    (
        "retention of a bucket",
        {"destination": "s3", "s3": {"bucket": "log"}, "retain": "24h"},
        "retain: s3 keeps nothing here; set how long lines stay where they are kept",
    ),
    (
        "a hash without a key",
        {"include": {"attachmentUrls": "hashed"}},
        "include.attachmentUrls: hashed needs a key; give hashIds",
    ),
    ("no retention", {"destination": "/x.log", "retain": "0s"}, "retain: is 0; leave it out to keep all"),
    (
        "two mistakes at once",
        {"destination": "x", "kinds": ["mesage"]},
        (
            "destination: must be stdout, otlp, postgres, s3, or an absolute path without ..; "
            "kinds: 'mesage' is no kind of event; did you mean message?"
        ),
    ),
]


@pytest.mark.parametrize(("document", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(msgspec.ValidationError) as refusal:
        config(**document)
    if message.startswith("Expected `str`"):
        assert str(refusal.value).startswith(message)
    else:
        assert str(refusal.value) == message


def test_nothing_is_asked_for_by_default() -> None:
    found = config()
    assert (found.destination, found.sample) == ("stdout", 1.0)
    assert not any((found.include.text, found.include.profile, found.include.attachment_urls))


def test_a_folder_that_the_gateway_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGEWIRE_LOGGING_DIR", "/var/log/pagewire")
    assert config(destination="/var/log/pagewire/a/events.jsonl").destination.endswith("events.jsonl")
    with pytest.raises(msgspec.ValidationError) as refusal:
        config(destination="/var/log/pagewired/events.jsonl")
    assert str(refusal.value) == (
        "destination: must lie beneath /var/log/pagewire, the folder this gateway allows (PAGEWIRE_LOGGING_DIR)"
    )


def test_a_key_is_not_shown_with_the_configuration() -> None:
    assert SECRET not in repr(config(hashIds={"key": SECRET}))


@pytest.mark.parametrize(
    "kind", ["message", "change.feed", "change.novelty", "call.connect", "change.*", "call.*", "unknown"]
)
def test_kinds_that_are_none_of_ours_to_refuse(kind: str) -> None:
    assert config(kinds=[kind]).kinds == [kind]


@pytest.mark.parametrize(
    ("text", "size"), [("0", 0), ("5000", 5000), ("1k", 1000), ("1Ki", 1024), ("100Mi", 104_857_600), ("2G", 2 * 10**9)]
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "Mi", "1.5Mi", "1m", "-1", "1 Mi", "1Mi\n"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="a size is bytes"):
        parse_size(text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"destination": "/x.log", "rotation": {"maxSize": text}}, Config)
