"""docs/reference/graph-client.md: every call of the Graph client, and every way it can fail."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from pagewire.graph import GraphClient, errors
from tests.generated.words import line, marked, own_doc, prose, type_name

_HEAD = """\
# The Graph client

<!-- Written by `python -m tests.generated` from `pagewire.graph`; edit its docstrings instead. -->

`pagewire.graph.GraphClient` has a method for each call that messaging needs. The gateway sends with it, and programs and plugins
may use it for what is not a reply: [call the Graph API](../how-to/call-the-graph-api.md) shows how. What is a reply should be
returned from a hook instead, as only then the [rules](policy.md), the pace and the proof of sending hold.

`page_id` is the Page's id, also for Instagram through a Page; with Instagram Login it is the account's. `token` is its access
token. A list comes page by page: `Listed` has `data` and the cursor `after`, and `everything` goes through all pages.
"""
_ERRORS = """\
## How a call fails

Every failure is a `GraphError`; its subclass says what to do next. Its text may be logged: it holds Meta's codes and trace id,
and neither tokens nor what people wrote. A `ValueError` means that an argument is beyond a limit of Meta's; nothing was called.

| error | meaning | next |
| --- | --- | --- |
"""


def text() -> str:
    """The whole page."""
    return (
        "\n".join([_HEAD, *(_subject(cls) for cls in GraphClient.__bases__), _ERRORS.rstrip("\n"), *_errors()]) + "\n"
    )


def _subject(cls: type) -> str:
    title = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cls.__name__).capitalize()
    listed = [_call(name, call) for name, call in vars(cls).items() if not name.startswith("_") and callable(call)]
    return "\n".join([f"## {title}\n", f"{prose(cls)}\n", "| call | gives | |", "| --- | --- | --- |", *listed, ""])


def _call(name: str, call: Callable[..., Any]) -> str:
    signature = inspect.signature(call)
    arguments = ", ".join(_arguments([*signature.parameters.values()][1:]))
    gives = type_name(signature.return_annotation).replace("Usage | None", "").replace("|", "\\|")
    return f"| `{name}({arguments})` | {f'`{gives}`' if gives else ''} | {line(call)} |"


def _arguments(parameters: list[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for one in parameters:
        if one.kind is one.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        default = one.default
        short = default if isinstance(default, str | int | None) else ...
        yield one.name if default is one.empty else f"{one.name}={'...' if short is ... else repr(short)}"


def _errors() -> Iterator[str]:
    for name in errors.__all__:
        found = getattr(errors, name)
        if inspect.isclass(found) and issubclass(found, errors.GraphError) and found is not errors.GraphError:
            said, _, following = " ".join(marked(own_doc(found)).split()).partition(" Next: ")
            yield f"| `{name}`{_kind(found)} | {said} | {following} |"


def _kind(error: type) -> str:
    above = error.__bases__[0]
    return "" if above is errors.GraphError else f", a `{above.__name__}`"
