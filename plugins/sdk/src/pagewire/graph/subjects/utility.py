"""Templates of utility messages (Meta, Utility Messages); Messenger only."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from pagewire.graph import wire
from pagewire.graph.answers import unreadable
from pagewire.graph.caller import Caller
from pagewire.graph.usage import Usage

_FIELDS = "id,name,language,category,components,parameter_format,status,rejected_reason"


class NewTemplate(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A template for Meta to approve.

    Attributes:
        name: small letters, digits and underscores.
        language: such as ``en``.
        components: header, body and buttons as Meta documents them, each with its example.
        category: ``UTILITY``.
        parameter_format: whether parameters are counted or named.
        library_template_name: instead of components, a template of Meta's library.
        library_template_button_inputs: what its buttons need.
    """

    name: str
    language: str
    category: str = msgspec.field(default_factory=lambda: "UTILITY")
    components: Sequence[Mapping[str, Any]] = ()
    parameter_format: Literal["POSITIONAL", "NAMED"] | None = None
    library_template_name: str | None = None
    library_template_button_inputs: Sequence[Mapping[str, Any]] = ()


class UtilityTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template and what Meta thinks of it: `APPROVED`, `PENDING`, `REJECTED`, `PAUSED` and others."""

    id: wire.Id | None = None
    name: str = ""
    language: str = ""
    category: str = ""
    status: str = ""
    rejected_reason: str | None = None
    parameter_format: str | None = None
    components: tuple[dict[str, Any], ...] = ()


class _MadeAnswer(wire.IdAnswer):
    status: str = ""
    category: str = ""


_MADE = wire.decoder(_MadeAnswer)


class UtilityTemplates(Caller):
    """`/{page}/message_templates`, which needs `page_utility_messaging`."""

    async def template_library(
        self, token: str, *, name_or_content: str | None = None, language: str | None = None, after: str | None = None
    ) -> wire.Listed[UtilityTemplate]:
        """One page of Meta's ready templates."""
        return await self._listed(
            UtilityTemplate,
            ("message_template_library",),
            token,
            name_or_content=name_or_content,
            language=language,
            after=after,
        )

    async def create_template(self, page_id: str, token: str, template: NewTemplate) -> UtilityTemplate:
        """Hand in a template; Meta usually decides within seconds."""
        body: dict[str, Any] = msgspec.to_builtins(template)
        received, answer = await self._post(_MADE, (page_id, "message_templates"), token, body)
        if answer.id is None:
            unreadable(received, "Meta made a template without giving it an id.")
        return UtilityTemplate(
            id=answer.id,
            name=template.name,
            language=template.language,
            category=answer.category,
            status=answer.status,
        )

    async def templates(
        self,
        page_id: str,
        token: str,
        *,
        name: str | None = None,
        language: str | None = None,
        status: str | None = None,
        after: str | None = None,
    ) -> wire.Listed[UtilityTemplate]:
        """One page of the Page's templates; `everything` goes through all pages."""
        return await self._listed(
            UtilityTemplate,
            (page_id, "message_templates"),
            token,
            fields=_FIELDS,
            name=name,
            language=language,
            status=status,
            after=after,
        )

    async def delete_template(self, page_id: str, token: str, name: str) -> Usage | None:
        """Delete a template in all its languages."""
        return await self._delete((page_id, "message_templates"), token, name=name)
