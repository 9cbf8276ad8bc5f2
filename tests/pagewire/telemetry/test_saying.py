"""What of a line of the log may leave."""

from enum import StrEnum
from typing import NamedTuple

import pytest

from pagewire.telemetry.saying import LARGEST, Vocabulary


class State(StrEnum):
    PARKED = "parked"


class Key(NamedTuple):
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


VOCABULARY = Vocabulary({"pagewire_gateway"}, {"crm-sync"}, (Key,))


@pytest.mark.parametrize(
    ("template", "values", "line"),
    [
        ("nothing is wrong any more", (), "nothing is wrong any more"),
        (
            "plugin %s keeps the loop, for %.2f s now",
            ("crm-sync", 2.5),
            "plugin crm-sync keeps the loop, for 2.50 s now",
        ),
        ("event %s: %s", ("4f2a", TimeoutError("my card is 1234")), "event *: TimeoutError"),
        ("it ended (%s), %d %% done", ("OSError", 7), "it ended (OSError), 7 % done"),
        ("it said %s", ("my card is 1234",), "it said *"),
        ("it is %s: %s", (State.PARKED, Key("AccessToken", "harbour")), "it is parked: AccessToken harbour"),
        ("of %d and %s", (LARGEST, LARGEST), "of * and *"),
        ("of %r", (["my card is 1234"],), "of *"),
        ("%s and %s", ("crm-sync",), "crm-sync and *"),
        ("%(text)s", {"text": "my card is 1234"}, "%(text)s"),
    ],
)
def test_values_pass_if_they_are_known_to_be_harmless(template: str, values: object, line: str) -> None:
    assert VOCABULARY.line("pagewire_gateway.dispatch.lane", template, values) == line


@pytest.mark.parametrize("logger", ["pagewire.plugin.crm-sync", "pagewire_gateways", "httpx", "root", ""])
def test_of_lines_of_others_no_word_passes(logger: str) -> None:
    assert Vocabulary({"pagewire", "pagewire_gateway"}).line(logger, "my card is 1234", ()) == "*"


def test_a_line_that_is_no_text_is_a_value() -> None:
    assert VOCABULARY.line("pagewire_gateway", ValueError("my card is 1234"), ()) == "ValueError"
