"""docs/reference/plugins/auto-reply-dialogues.md: what auto-reply answers to what, from the rows that the tests play."""

from collections.abc import Iterator
from typing import Any

import yaml

from tests.pagewire_auto_reply.playing import BOTH, table

_HEAD = """\
# Dialogues of auto-reply

<!-- Written by `python -m tests.generated`; edit `tests/pagewire_auto_reply/dialogues.yaml` instead. -->

What is said to [auto-reply](auto-reply.md) and what it answers: {count} dialogues. Each row is a test, played with the
plugin and the gateway's own store, on Messenger and on Instagram unless the row names one, which makes {plays} plays.
`[...]` is what is done rather than said, and *silence* means that nothing is sent. The person is called Ada. It is a Monday,
14:13 UTC, when a dialogue begins; *+6h* lets so much time pass.

| dialogue | on | configuration | what happens | what comes back |
| --- | --- | --- | --- | --- |
"""
_NAMES = {"page": "Messenger", "instagram": "Instagram"}
_ACTS = {
    "says": "{}",
    "taps": "[taps the button {}]",
    "chooses": "[taps the quick reply {}]",
    "link": "[comes by the link {}]",
    "ad": "[comes by the ad {}]",
    "comments": "[comments] {}",
    "sends": "[sends {}]",
    "story": "[answers a story] {}",
    "reads": "[reads]",
    "unsupported": "[sends what Meta cannot hand over]",
    "inbox": "[a person at the inbox writes] {}",
    "app": "[an echo of app {}]",
    "passes": "[the conversation passes to app {}]",
    "returns": "[the conversation is released]",
}
_EXTRAS = {"channel": "on {}", "by": "by {}", "verb": "{}", "late": "arrives {} late"}


def text() -> str:
    """The page."""
    dialogues = table()["dialogues"]
    head = _HEAD.format(count=len(dialogues), plays=sum(len(row.get("where", BOTH)) for row in dialogues))
    rows = "".join(_row(row) for row in dialogues)
    return f"{head}{rows}\n## Configurations\n\n{''.join(_configs()).rstrip()}\n"


def _row(row: dict[str, Any]) -> str:
    where = row.get("where", BOTH)
    on = "both" if len(where) == len(BOTH) else _NAMES[where[0]]
    happens = "<br>".join(f"{number}. {_cell(_act(turn))}" for number, turn in enumerate(row["talk"], 1))
    back = "<br>".join(f"{number}. {_cell(_reply(turn))}" for number, turn in enumerate(row["talk"], 1))
    config = row.get("config", "shop")
    return f"| {_cell(row['name'])} | {on} | [{config}](#{config}) | {happens} | {back} |\n"


def _act(turn: dict[str, Any]) -> str:
    (act,) = (key for key in turn if key in _ACTS)
    extras = [pattern.format(turn[key]) for key, pattern in _EXTRAS.items() if key in turn]
    after = f"+{turn['after']} " if "after" in turn else ""
    return after + _ACTS[act].format(turn[act]) + (f" ({', '.join(extras)})" if extras else "")


def _reply(turn: dict[str, Any]) -> str:
    return " then ".join(turn["reply"]) or "*silence*"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _configs() -> Iterator[str]:
    for name, config in table()["configs"].items():
        written = yaml.safe_dump(config, allow_unicode=True, sort_keys=False, width=120)
        yield f"### {name}\n\n```yaml\n{written}```\n\n"
