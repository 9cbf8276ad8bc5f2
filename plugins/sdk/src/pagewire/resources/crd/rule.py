"""One validation rule of Kubernetes, in the Common Expression Language."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct


class Rule(Struct, frozen=True, kw_only=True):
    """What must be true, and what to say if it is not.

    Attributes:
        rule: The expression; ``self`` is the value it stands at, ``oldSelf`` what it was before.
        message: What is wrong and what to write instead.
        expression: The message as an expression, where it names what was written; `message` stands in if it fails.
        path: The field to name, below the place of the rule, as in ``.pageId``.
    """

    rule: str
    message: str
    expression: str | None = None
    path: str | None = None

    def written(self) -> dict[str, Any]:
        """As an entry of ``x-kubernetes-validations``."""
        texts = {"rule": self.rule, "message": self.message, "messageExpression": self.expression}
        reason = "FieldValueForbidden" if "oldSelf" in self.rule else None
        return {key: text for key, text in {**texts, "fieldPath": self.path, "reason": reason}.items() if text}


def written(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Several of them."""
    return [rule.written() for rule in rules]


def literal(value: str | Mapping[str, str] | frozenset[str]) -> str:
    """A text, a map of texts or a set of texts as the language writes them; sets are sorted lists."""
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {literal(said)}" for key, said in sorted(value.items())) + "}"
    return "[" + ", ".join(map(literal, sorted(value))) + "]"
