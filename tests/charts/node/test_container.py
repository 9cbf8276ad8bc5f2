"""A pod's words, as they are on this machine."""

from pathlib import Path

import pytest

from tests.charts.node.container import Place, localised

PLACE = Place(
    "127.70.0.2",
    {"/data": Path("/tmp/volumes/data"), "/tmp": Path("/tmp/volumes/tmp"), "/data/extra": Path("/tmp/extra")},
    {"pagewire-gateway:80": "127.0.0.1:40001"},
)


@pytest.mark.parametrize(
    ("word", "here"),
    [
        ("--data=/data", "--data=/tmp/volumes/data"),
        ("/data/journal.db", "/tmp/volumes/data/journal.db"),
        ("/data/extra/a", "/tmp/extra/a"),
        ("/database", "/database"),
        ("/var/data", "/var/data"),
        ("--public=0.0.0.0:8080", "--public=127.70.0.2:8080"),
        ("--admin=[::]:9090", "--admin=127.70.0.2:9090"),
        ("nats://10.0.0.0:4222", "nats://10.0.0.0:4222"),
        ("http://pagewire-gateway:80", "http://127.0.0.1:40001"),
    ],
)
def test_a_word_is_led_to_this_machine(word: str, here: str) -> None:
    assert localised(word, PLACE) == here
