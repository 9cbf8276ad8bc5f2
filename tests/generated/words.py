"""What docstrings and types say, as Markdown."""

import inspect
import re
from typing import Any

import msgspec


def prose(documented: Any) -> str:
    """A docstring up to its first section."""
    return marked(re.split(r"\n\n(?:Attributes|Args|Raises|Returns):\n", own_doc(documented))[0])


def line(documented: Any) -> str:
    """The prose of a docstring on one line."""
    return " ".join(prose(documented).split())


def own_doc(documented: Any) -> str:
    """The docstring of this very object, not an inherited one."""
    return inspect.cleandoc(documented.__doc__ or "")


def marked(text: str) -> str:
    """Docstring marks as Markdown marks."""
    return text.replace("``", "`")


def attributes(struct: type) -> dict[str, str]:
    """What the docstrings of a struct and of those it stands on say of its fields."""
    found: dict[str, str] = {}
    for one in reversed(struct.__mro__):
        found |= section(own_doc(one), "Attributes")
    return found


def section(doc: str, name: str) -> dict[str, str]:
    """The entries of a docstring's section."""
    match = re.search(rf"^{name}:\n((?:    .*\n?|\n)+)", doc, re.MULTILINE)
    entries = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", match[1], re.MULTILINE) if match else []
    return {entry: marked(re.sub(r"\s+", " ", text)) for entry, text in entries}


def type_name(annotation: Any) -> str:
    """A type without the modules it comes from."""
    text = (
        annotation.__name__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)
    )
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", text)


def fields(struct: type[msgspec.Struct], but: frozenset[str] = frozenset()) -> list[str]:
    """A list entry for each field of a struct."""
    said = attributes(struct)
    found = [field for field in msgspec.structs.fields(struct) if field.name not in but]
    return [f"- `{field.name}` (`{type_name(field.type)}`): {said[field.name]}" for field in found]


def properties(cls: type, but: type = object) -> list[str]:
    """A list entry for each property of a class that `but` has not."""
    found = {
        name: member
        for one in reversed(cls.__mro__)
        for name, member in vars(one).items()
        if isinstance(member, property)
    }
    new = {name: member for name, member in found.items() if getattr(but, name, None) is not member}
    return [f"- `{name}`: {line(member)}" for name, member in new.items()]
