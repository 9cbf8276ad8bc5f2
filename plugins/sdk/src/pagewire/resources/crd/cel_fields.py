"""Webhook fields of the other object: Page and Instagram spell some differently, and one wrong name refuses all."""

from pagewire.resources.fields import KNOWN_FIELDS, WebhookObject, near_field

from .rule import Rule, literal


def foreign_field(about: WebhookObject) -> Rule:
    """Where an entry of a list of fields is a name that only the other object has."""
    return Rule(
        rule=f"!(self in {literal(_foreign(about))})",
        message=f"is not a field of {about}",
        expression=f"self + ' is not a field of {about}; ' + ({_hint('self', about)})",
    )


def foreign_fields() -> tuple[Rule, ...]:
    """The same for a list whose object stands beside it."""
    return tuple(_foreign_fields(about) for about in WebhookObject)


def _foreign_fields(about: WebhookObject) -> Rule:
    other = literal(_foreign(about))
    first = f"self.fields.filter(name, name in {other})[0]"
    return Rule(
        rule=f"self.object != '{about}' || !self.fields.exists(name, name in {other})",
        message=f"has names that are not fields of {about}",
        expression=f"{first} + ' is not a field of {about}; ' + ({_hint(first, about)})",
        path=".fields",
    )


def _foreign(about: WebhookObject) -> frozenset[str]:
    """Names that are fields of another object and not of this one."""
    return frozenset().union(*KNOWN_FIELDS.values()) - KNOWN_FIELDS[about]


def _hint(name: str, about: WebhookObject) -> str:
    hints = {field: near for field in _foreign(about) if (near := near_field(about, field))}
    known = literal(hints)
    return f"{name} in {known} ? 'did you mean ' + {known}[{name}] + '?' : 'remove it'"
