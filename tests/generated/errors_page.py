"""docs/reference/errors.md: every error that somebody may see, and where it is said what to do about it."""

import ast
import inspect
from collections.abc import Iterator

from pagewire.graph import codes
from pagewire.graph.codes import CODES, NUMBERS, PAIRS, RANGES, ErrorClass
from pagewire.terminal.exits import Exit
from tests.generated.words import marked

_HEAD = """\
# Errors

<!-- Written by `python -m tests.generated`. -->

Every error says what to do next; this page is for those who have only the number.

| seen | explained in |
| --- | --- |
| an exit code of `pagewire` | [below](#exit-codes), and for each command in [the command line](cli.md) |
| an answer of the public port | [what it means](../explanation/guarantees.md#what-an-answer-on-the-public-port-means) |
| `{"error": {"code": ...}}` of the admin port | [the admin API](admin-api.md#errors) |
| a condition that is `False`, and its reason | [conditions](conditions.md#reasons) |
| a message that was refused, and its reason | [policy](policy.md) |
| a code of Meta's | [below](#codes-of-meta) |
| an exception of the Graph client | [how a call fails](graph-client.md#how-a-call-fails) |
| an alert | its [runbook](../runbooks/index.md) |

## Exit codes

| code | means |
| --- | --- |
"""

_CODES = """
## Codes of Meta

Meta answers with a code and often a subcode. The pair decides first, then the code, then the status of HTTP. What is done
follows from the class:

| class | what is done |
| --- | --- |
"""

_TABLE = """
| code | subcode | class |
| --- | --- | --- |
"""


def text() -> str:
    """The whole page."""
    exits = "".join(f"| {int(code)} | {code.meaning} |\n" for code in Exit)
    said = _said()
    classes = "".join(f"| `{one.value}` | {said[one.name]} |\n" for one in ErrorClass)
    return (
        _HEAD + exits + _CODES + classes + _TABLE + "".join(f"| {a} | {b} | `{one.value}` |\n" for a, b, one in _rows())
    )


def _rows() -> Iterator[tuple[str, str, ErrorClass]]:
    rows = [(code, subcode, one) for (code, subcode), one in PAIRS.items()]
    rows += [(code, 0, one) for code, one in CODES.items()]
    for code, subcode, one in sorted(rows):
        yield str(code), str(subcode or "any other, or none"), one
    for span, one in RANGES:
        yield f"{span.start} to {span.stop - 1}, the rest", "", one
    for number, one in sorted(NUMBERS.items()):
        yield "any", f"{number} (also seen as a code)", one


def _said() -> dict[str, str]:
    """What the classes' docstrings say, which only the source has."""
    (found,) = (
        node
        for node in ast.parse(inspect.getsource(codes)).body
        if isinstance(node, ast.ClassDef) and node.name == "ErrorClass"
    )
    told: dict[str, str] = {}
    name = ""
    for node in found.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            told[name] = marked(str(node.value.value))
    return told
