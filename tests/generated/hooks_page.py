"""docs/reference/hooks.md: every hook by subject, who uses it, and what hooks may be given, return and raise."""

import ast
import inspect
import re
from types import ModuleType
from typing import get_args

from msgspec import Struct

from pagewire import context, errors, hooks, offers, replies, stores
from pagewire.events import KINDS, Call
from pagewire.health import Health
from pagewire.hooks import (
    _calls,
    _campaigns,
    _content,
    _every,
    _life,
    _messages,
    _people,
    _sends,
    _shop,
    _standing,
    _threads,
)
from pagewire.logins import EndedLogin
from pagewire.sends import Refusal, Send
from tests.generated import hook_users
from tests.generated.words import fields, line, own_doc, properties, prose, section

SUBJECTS: tuple[ModuleType, ...] = (
    _every,
    _messages,
    _people,
    _shop,
    _threads,
    _calls,
    _content,
    _campaigns,
    _standing,
    _sends,
    _life,
)
"""The modules that hold hooks, in the order of the page."""

_WIDTH = 120
_HEAD = """\
# Hooks

<!-- Written by `python -m tests.generated`; edit the docstrings in `pagewire.hooks` instead. -->

"""
_RETURNS = """\
## What a hook may return

Nothing, one reply, or any number of them (at most {most}). The gateway stores them in the same step in which it marks the event
as done, and sends them in order. On channel `standby` another app owns the thread: there a
hook may ask for it, with `RequestThread` or `TakeThread`, and say nothing else.
"""
_RAISES = """\
## What a hook may raise

Anything but these counts as a failure: the event is tried again with growing pauses and parked after the last attempt.
Nothing a plugin raises ever reaches another plugin.
"""


def text() -> str:
    """The whole page."""
    rooms = [
        _HEAD + _about(),
        _versions(),
        _index(),
        *[_subject(one) for one in SUBJECTS],
        _given(),
        _returned(),
        _raised(),
    ]
    return "\n".join(rooms)


def _versions() -> str:
    rows = [f"| {version} | {brought} |" for version, brought in hooks.API_CHANGES.items()]
    about = (
        f"A plugin says for which version of all this it was written with `api_version = {hooks.API_VERSION}` beside its "
        "hooks; 1 if it does not. An argument that a hook gains, or a member that a context gains, is no business of plugins "
        "that do not name it. What a version takes away, the two after it still take.\n"
    )
    return "\n".join([about, "| version | brought |", "| --- | --- |", *rows, ""])


def specs(subject: ModuleType | None = None) -> list[ast.AsyncFunctionDef]:
    """The hook specifications as they are written, in order: of one subject, or all."""
    modules = SUBJECTS if subject is None else (subject,)
    found = [node for module in modules for node in ast.parse(inspect.getsource(module)).body]
    return [node for node in found if isinstance(node, ast.AsyncFunctionDef) and _decorators(node) == ["hookspec"]]


def heading(node: ast.AsyncFunctionDef) -> str:
    """The heading of a hook's section."""
    return f"{node.name}({', '.join(argument.arg for argument in node.args.args)})"


def kinds_of(hook: str) -> list[str]:
    """The kinds of event that call a hook besides ``event_received``."""
    found = [kind for kind, struct in KINDS.items() if struct.hook == hook and hook != "event_received"]
    return [*found, *(["call.*"] if Call.hook == hook else [])]


def _about() -> str:
    whole = re.sub(r"``?", "`", own_doc(hooks))
    return whole.split("\n", 1)[1].strip() + "\n"


def _decorators(node: ast.AsyncFunctionDef) -> list[str]:
    return [one.id for one in node.decorator_list if isinstance(one, ast.Name)]


def _title(subject: ModuleType) -> str:
    return own_doc(subject).split("\n", 1)[0].removesuffix(".")


def _index() -> str:
    rows = [
        f"| {_title(subject) if first else ''} | [`{node.name}`](#{_anchor(node)}) "
        f"| {', '.join(f'`{kind}`' for kind in kinds_of(node.name))} | {', '.join(hook_users.users(node.name))} |"
        for subject in SUBJECTS
        for first, node in zip([True, *[False] * 99], specs(subject), strict=False)
    ]
    return "\n".join(["| subject | hook | kinds | used by |", "| --- | --- | --- | --- |", *rows, ""])


def _anchor(node: ast.AsyncFunctionDef) -> str:
    return re.sub(r"[^a-z0-9_ -]", "", heading(node)).replace(" ", "-")


def _subject(subject: ModuleType) -> str:
    about = own_doc(subject).partition("\n")[2].strip()
    return "\n".join(
        [
            f"## {_title(subject)}\n",
            *([re.sub(r"``?", "`", about) + "\n"] if about else []),
            *map(_hook, specs(subject)),
        ]
    )


def _hook(node: ast.AsyncFunctionDef) -> str:
    returns = ast.unparse(node.returns) if node.returns else "None"
    arguments = ast.unparse(node.args)
    signature = f"async def {node.name}({arguments}) -> {returns}: ..."
    if len(signature) > _WIDTH:
        signature = f"async def {node.name}(\n    {arguments}\n) -> {returns}: ..."
    kinds = [f"`{kind}`" for kind in kinds_of(node.name)]
    called = [f"Called for: {', '.join(kinds)}.\n"] if kinds else []
    spec = f"```python\n@hookimpl\n{signature}\n```\n"
    documented = prose(getattr(hooks, node.name)) + "\n"
    return "\n".join([f"### {heading(node)}\n", spec, documented, *called, hook_users.example(node.name)])


def _given() -> str:
    structs = [f"### {one.__name__}\n\n{prose(one)}\n\n" + "\n".join(fields(one)) + "\n" for one in _GIVEN]
    contexts = [_context(one) for one in _CONTEXTS]
    return "\n".join(
        [
            "## What a hook may be given\n",
            "`event` is a struct of [events](events.md).\n",
            *contexts,
            *map(_offer, _OFFERS),
            *structs,
        ]
    )


def _context(one: type) -> str:
    methods = [
        f"- `{_called(name, member)}`: {line(member)}"
        for cls in reversed(one.__mro__)
        for name, member in vars(cls).items()
        if inspect.isfunction(member) and not name.startswith("_") and cls.__module__ == context.__name__
    ]
    return "\n".join([f"### {one.__name__}\n", prose(one), "", *properties(one), *methods, ""])


def _offer(one: type) -> str:
    """What something that a context offers can do."""
    methods = [
        f"- `{_called(name, member)}`: {line(member)}"
        for name, member in vars(one).items()
        if inspect.isfunction(member) and not name.startswith("_")
    ]
    return "\n".join([f"### {one.__name__}\n", prose(one), "", *methods, ""])


def _called(name: str, member: object) -> str:
    arguments = [argument.arg for argument in _signature(member).args[1:]]
    named = [f"{argument.arg}=..." for argument in _signature(member).kwonlyargs]
    wait = "await " if inspect.iscoroutinefunction(member) else ""
    return f"{wait}{name}({', '.join([*arguments, *named])})"


def _signature(member: object) -> ast.arguments:
    (node,) = ast.parse(inspect.cleandoc("\n" + inspect.getsource(member))).body  # type: ignore[arg-type]
    assert isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
    return node.args


_OFFERS = (stores.Store, offers.Http, offers.Answer, offers.Tracer)
_CONTEXTS = (context.Context, context.SendContext, context.PageContext, context.HealthContext)
_GIVEN = (context.AccountInfo, context.Person, context.ConversationState, Refusal, Send, Health, EndedLogin)


def _returned() -> str:
    rooms = [_RETURNS.format(most=replies.REPLIES), _struct(replies.Sending)]
    for struct in get_args(replies.Reply):
        rooms.append(_struct(struct, frozenset(replies.Sending.__struct_fields__)))
        rooms += [_struct(part) for part in _PARTS.get(struct, ())]
    return "\n".join(rooms)


def _struct(struct: type[Struct], but: frozenset[str] = frozenset()) -> str:
    """A section: what it is, and the fields that no other section tells."""
    but = but if issubclass(struct, replies.Sending) and struct is not replies.Sending else frozenset()
    listed = fields(struct, but)
    tail = "\n\n" + "\n".join(listed) if listed else ""
    return f"### {struct.__name__}\n\n{prose(struct)}{tail}\n"


_PARTS: dict[type[Struct], tuple[type[Struct], ...]] = {
    replies.Text: (replies.QuickReply,),
    replies.Images: (replies.Image,),
    replies.GenericTemplate: (replies.Element, replies.UrlAction, *get_args(replies.Button), replies.GameMetadata),
    replies.ImageGridTemplate: (replies.GridImage, replies.PostbackAction),
    replies.ReceiptTemplate: (replies.ReceiptLine, replies.Address, replies.Summary, replies.Adjustment),
    replies.FeedbackTemplate: (replies.Question, replies.FollowUp),
    replies.UtilityMessage: (replies.TextParameter, *get_args(replies.ButtonParameter)),
}


def _raised() -> str:
    rooms = []
    for signal in (errors.TryLater, errors.Refused):
        arguments = {**section(own_doc(errors.PluginSignal), "Args"), **section(own_doc(signal), "Args")}
        names = list(inspect.signature(signal).parameters)
        listed = "\n".join(f"- `{name}`: {_said(arguments[name])}" for name in names)
        rooms.append(f"### {signal.__name__}({', '.join(names)})\n\n{prose(signal)}\n\n{listed}\n")
    return "\n".join([_RAISES, *rooms])


def _said(text_: str) -> str:
    return section(own_doc(errors.PluginSignal), "Args")["reason"] if text_.startswith("as for") else text_
