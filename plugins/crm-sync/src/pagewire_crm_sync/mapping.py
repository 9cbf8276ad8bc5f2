"""Contact -> fields of a CRM, as the configuration says. Pure."""

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult
from msgspec import Meta, Struct

from pagewire_crm_sync.contact import Contact, Key

Fields = dict[str, Any]


class Field(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"source": "from"}):
    """One field of the CRM's record."""

    to: Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_.]*\Z", max_length=100, description="The CRM's field.")]
    source: Annotated[str, Meta(min_length=1, max_length=500, description="JMESPath into the contact.")]
    keep: Annotated[bool, Meta(description="Never overwrite what the CRM holds already.")] = False


def mistake(fields: Sequence[Field]) -> str | None:
    """What is wrong with a mapping, or nothing."""
    names = [field.to for field in fields]
    if twice := next((name for name in names if names.count(name) > 1), None):
        return f"fields: {twice} is there twice; keep one"
    for field in fields:
        try:
            _compiled(field.source)
        except JMESPathError as error:
            said = str(error).splitlines()[0]
            return f"fields: {field.source!r} is no JMESPath ({said}); write one such as profile.firstName"
    return None


def document(contact: Contact) -> Fields:
    """What paths look into: the contact as in its CloudEvent, and ``uniqueId``."""
    return {**msgspec.json.decode(msgspec.json.encode(contact)), "uniqueId": unique_id(contact.key)}


def mapped(contact: Contact, fields: Sequence[Field]) -> Fields:
    """The fields that are known; what is absent is unknown, not gone, and an expression that does not fit knows nothing."""
    whole = document(contact)
    found = ((field.to, _searched(field.source, whole)) for field in fields)
    return {name: value for name, value in found if value not in (None, "", [], {})}


def unique_id(key: Key) -> str:
    """The value that names a contact at a CRM: scoped ids of two accounts may be equal."""
    return f"{key.object}:{key.account}:{key.scoped_id}"


def as_text(value: Any) -> str:
    """A value for a field of text; lists as HubSpot and Salesforce write several choices."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(as_text(each) for each in value)
    return msgspec.json.encode(value).decode() if isinstance(value, dict) else str(value)


def _searched(source: str, whole: Fields) -> Any:
    try:
        return _compiled(source).search(whole)
    except JMESPathError:
        return None


@cache
def _compiled(source: str) -> ParsedResult:
    return jmespath.compile(source)
