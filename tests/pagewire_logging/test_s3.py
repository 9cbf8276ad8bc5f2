"""A server that speaks S3 (moto's, over HTTP): each line is one object, however often it comes."""

import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from pagewire.errors import TryLater
from pagewire_logging import Logging
from tests.pagewire_logging.making import NOW, SECRETS, Desk, config, message, telling
from tests.whole.system import die_with_parent

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        running.stop()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "credentials"
    file.write_text("[default]\naws_access_key_id = log\naws_secret_access_key = sesame-open\n")
    return file


def bucket_of(server: str, name: str) -> Any:
    found = boto3.resource(
        "s3", endpoint_url=server, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    ).Bucket(name)
    found.create()
    return found


def desk_of(server: str, name: str, keys: Path) -> Desk:
    return Desk(config(destination="s3", s3={"bucket": name, "endpoint": server, "credentialsFile": str(keys)}))


def objects(bucket: Any) -> dict[str, dict[str, Any]]:
    return {one.key: json.loads(one.get()["Body"].read()) for one in bucket.objects.all()}


async def test_an_object_a_line_and_a_repeat_makes_none(server: str, keys: Path) -> None:
    bucket, desk = bucket_of(server, "once"), desk_of(server, "once", keys)
    for attempt in (1, 2):
        plugin, desk.attempt = Logging(clock=NOW.timestamp), attempt
        for one in (message(1), message(2), telling()):
            await plugin.event_received(one, desk)
        await plugin.plugin_stopped()
    found = objects(bucket)
    assert set(found) == {f"pagewire/2026/09/21/14/{one.id}.json" for one in (message(1), message(2))}
    assert {line["attempt"] for line in found.values()} == {1}
    assert [secret for secret in SECRETS if secret in str(found)] == []


async def test_a_bucket_that_is_missing_and_comes(server: str, keys: Path) -> None:
    desk, plugin = desk_of(server, "later", keys), Logging()
    with pytest.raises(TryLater, match=r"bucket later does not take lines \(NoSuchBucket\); make it"):
        await plugin.event_received(message(), desk)
    bucket = bucket_of(server, "later")
    await plugin.event_received(message(), desk)
    await plugin.plugin_stopped()
    assert len(objects(bucket)) == 1


async def test_nobody_at_the_address(keys: Path) -> None:
    plugin = Logging()
    with pytest.raises(TryLater, match="bucket gone cannot be reached") as later:
        await plugin.event_received(message(), desk_of("http://127.0.0.1:9", "gone", keys))
    assert "sesame-open" not in later.value.reason
    await plugin.plugin_stopped()


VICTIM = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from pagewire_logging import Logging
    from tests.pagewire_logging.making import message
    from tests.pagewire_logging.test_s3 import desk_of

    async def main(server, keys, first):
        plugin, desk = Logging(), desk_of(server, "killed", Path(keys))
        for start in range(first, 10**9, 10):
            await asyncio.gather(*(plugin.event_received(message(n), desk) for n in range(start, start + 10)))
            print(start + 10, flush=True)

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
""")


def test_killed_in_between_no_line_is_twice_and_none_is_missing(server: str, keys: Path) -> None:
    bucket, done = bucket_of(server, "killed"), 0
    for _ in range(2):
        command = [sys.executable, "-c", VICTIM, server, str(keys), str(done)]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            preexec_fn=die_with_parent,  # noqa: PLW1509
        ) as victim:
            assert victim.stdout
            begun = done
            while done < begun + 30:
                done = int(victim.stdout.readline())
            victim.send_signal(signal.SIGKILL)
        done -= 10  # the gateway had not noted the last ones
    found = [line["id"] for line in objects(bucket).values()]
    assert set(found) >= {message(number).id for number in range(done)}
    assert len(found) == len(set(found))
