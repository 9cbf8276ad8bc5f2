"""``docs/explanation/fuzzing.md``: what is fuzzed, and the counts of the last run that was kept."""

import json

from tests.fuzz.counts import KEPT, Count

_PAGE = """# Fuzzing

Everything that strangers hand in is fuzzed, and so is the admin API.
`make fuzz MINUTES=10` plays all of it for ten minutes and keeps the
counts below; `make test` plays a little of it each time (`tests/fuzz/test_bounded.py`, and the Hypothesis
tests beside each part).

| target | what | seconds | runs |
| --- | --- | ---: | ---: |
{rows}

Kept on {day}, on two cores that others used as well. A run fails if something raises, contradicts
itself, takes more than five seconds for one input, or answers with a server's error.

* **atheris** looks for inputs that reach new code in Pagewire and PyYAML, beginning with Meta's samples.
* **The public port** is a real one: heads, lengths, chunks and bodies are cut, doubled and put in elsewhere, and a good
  delivery has to be taken in between.
* **schemathesis** makes requests from the OpenAPI description, and holds status, type and shape of each answer to it.
  The event stream and the backups are left out, as each of them is a whole file.

What it found so far: bodies nested so deep that Python 3.13 ran out of its stack where the forgiving reader began, and a
description of errors that no answer had.
"""


def text() -> str:
    """The page."""
    kept = json.loads(KEPT.read_text())
    rows = (
        f"| {one.name} | {one.about} | {one.seconds} | {one.runs:,} |"
        for one in (Count(*count) for count in kept["counts"])
    )
    return _PAGE.format(rows="\n".join(rows), day=kept["day"])
