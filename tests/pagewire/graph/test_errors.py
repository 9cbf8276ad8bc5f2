"""Errors say what to do next and give nothing away."""

import re

import pytest

from pagewire.graph import errors
from pagewire.graph.errors import ERRORS, Backoff, Config, GraphError, Permanent, Reauth
from pagewire.graph.redaction import redact
from pagewire.graph.usage import Usage


def _tree(error: type[GraphError]) -> list[str]:
    children = [child for child in error.__subclasses__() if child.__module__ == errors.__name__]
    return [error.__name__, *(name for child in children for name in _tree(child))]


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = re.findall(r"^ {4}[│├└─ ]*(\w+) ", errors.__doc__ or "", re.MULTILINE)
    assert _tree(GraphError) == drawn


@pytest.mark.parametrize("error", ERRORS.values())
def test_every_error_says_what_to_do_next(error: type[GraphError]) -> None:
    assert "Next:" in (error.__doc__ or "")
    assert str(error("It failed.")) == f"It failed. {error.advice}"
    assert error.advice


def test_sentence_holds_codes_and_trace() -> None:
    error = Permanent("(#100) No.", code=100, subcode=33, fbtrace_id="AbCdEf", http_status=400)
    assert str(error).startswith("(#100) No. (HTTP 400, code 100, subcode 33, trace AbCdEf)")
    assert error.known


def test_facts_are_kept() -> None:
    usage = Usage(call_count=118, regain_access=300)
    error = Backoff("busy", code=613, retry_after=300.0, usage=usage)
    assert (error.code, error.retry_after, error.usage) == (613, 300.0, usage)


def test_an_unknown_pair_can_be_told() -> None:
    assert not Permanent(code=4711).known


@pytest.mark.parametrize(("code", "broken"), [(190, True), (102, True), (10, False), (200, False)])
def test_only_two_codes_prove_a_token_bad(code: int, broken: bool) -> None:
    assert Reauth(code=code).token_broken is broken


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("(#100) Param recipient[id] must be an id", "(#100) Param recipient[id] must be an id"),
        ('Cannot parse "the tide is at nine"', "Cannot parse <value>"),
        ("Cannot parse “the tide is at nine”", "Cannot parse <value>"),
        ('Cannot parse "the tide is', "Cannot parse <value>"),
        ("No user 24000000000000001 here", "No user <number> here"),
        ("Fetch https://a.example/x?access_token=EAAB failed", "Fetch <url> failed"),
        ("Token EAATESTPAGETOKEN000111222 expired", "Token <token> expired"),
        ("Token IGQVJXtoken is bad", "Token <token> is bad"),
        ("Message m_Zx9fAbCdEf0123456789-example gone", "Message <token> gone"),
        ("Write to ahab@pequod.example", "Write to <address>"),
        ("needs instagram_business_manage_messages", "needs instagram_business_manage_messages"),
        ("two\r\nlines\x1b[31m", "two lines[31m"),
    ],
)
def test_redaction(said: str, kept: str) -> None:
    assert redact(said) == kept
    assert str(Config(said)).startswith(kept)


def test_a_long_text_is_cut() -> None:
    assert len(redact("so much to say " * 10_000)) == 200
