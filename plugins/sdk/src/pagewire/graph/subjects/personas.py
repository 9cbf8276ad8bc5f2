"""In whose name a Page writes (Meta, Personas API); Messenger only."""

import msgspec

from pagewire.graph import wire
from pagewire.graph.answers import unreadable
from pagewire.graph.caller import Caller
from pagewire.graph.usage import Usage

LONGEST_NAME = 50
"""Characters of a persona's name."""
_FIELDS = "id,name,profile_picture_url"


class Persona(msgspec.Struct, frozen=True):
    """A name and a picture."""

    id: wire.Id
    name: str = ""
    profile_picture_url: str | None = None


class _PersonaAnswer(wire.IdAnswer):
    name: str = ""
    profile_picture_url: str | None = None


_PERSONA = wire.decoder(_PersonaAnswer)


class Personas(Caller):
    """Personas are made and deleted, never changed."""

    async def create_persona(self, page_id: str, token: str, name: str, profile_picture_url: str) -> str:
        """Make a persona; gives its id.

        Args:
            page_id: the Page.
            token: its access token.
            name: at most 50 characters.
            profile_picture_url: address of an image of at most 8 MB, which Meta copies.

        Raises:
            ValueError: the name is empty or too long.
        """
        if not 0 < len(name) <= LONGEST_NAME:
            raise ValueError(f"name has {len(name)} characters; a persona takes 1 to {LONGEST_NAME}")
        body = {"name": name, "profile_picture_url": profile_picture_url}
        received, answer = await self._post(_PERSONA, (page_id, "personas"), token, body)
        return str(answer.id or "") or unreadable(received, "Meta made a persona without giving it an id.")

    async def persona(self, persona_id: str, token: str) -> Persona:
        """One persona."""
        received, answer = await self._read(_PERSONA, (persona_id,), token, fields=_FIELDS)
        if answer.id is None:
            unreadable(received, "The answer is a persona without an id.")
        return Persona(answer.id, answer.name, answer.profile_picture_url)

    async def personas(
        self, page_id: str, token: str, *, after: str | None = None, limit: int | None = None
    ) -> wire.Listed[Persona]:
        """One page of the Page's personas; `everything` goes through all pages."""
        return await self._listed(
            Persona,
            (page_id, "personas"),
            token,
            thorough=True,
            fields=_FIELDS,
            after=after,
            limit=str(limit) if limit else None,
        )

    async def delete_persona(self, persona_id: str, token: str) -> Usage | None:
        """Delete a persona; messages that were sent in its name stay."""
        return await self._delete((persona_id,), token)
