"""The living world: who has written what to whom, kept in bounded memory."""

from __future__ import annotations

from collections import deque
from typing import Any

from pagewire.simulator import ids
from pagewire.simulator.identity import secrets
from pagewire.simulator.identity.quota import Quotas
from pagewire.simulator.identity.registry import Identity
from pagewire.simulator.settings import levels
from pagewire.simulator.stored import (
    Attachment,
    Comment,
    Conversation,
    Label,
    Message,
    OptIn,
    Persona,
    Unknown,
)
from pagewire.simulator.utility import Template
from pagewire.simulator.world import Account, App, Person, Token, World


class State:
    """Indexes over a ``World`` and all that has happened in it.

    Args:
        world: the description to begin with.
        keep_messages: newest messages kept per conversation.
        keep_conversations: conversations kept; the longest silent goes first.
    """

    def __init__(self, world: World, *, keep_messages: int = 200, keep_conversations: int = 100_000) -> None:
        self.keep_messages = keep_messages
        self.keep_conversations = keep_conversations
        self.replace(world)

    def replace(self, world: World) -> None:
        """Forget everything and begin with ``world``."""
        self.apps: dict[str, App] = {}
        self.accounts: dict[str, Account] = {}
        self.tokens: dict[str, Token] = {}
        self.people: dict[str, Person] = {}
        self.identity = Identity()
        self.quotas = Quotas()
        self.conversations: dict[tuple[str, str], Conversation] = {}
        self.by_id: dict[str, Conversation] = {}
        self.by_mid: dict[str, tuple[Conversation, Message]] = {}
        self.by_scoped: dict[str, tuple[Account, Person]] = {}
        self.comments: dict[str, Comment] = {}
        self.attachments: dict[str, Attachment] = {}
        self.personas: dict[str, Persona] = {}
        self.templates: dict[str, Template] = {}
        self.labels: dict[str, Label] = {}
        self.menus: dict[tuple[str, str], Any] = {}
        self.optins: dict[str, OptIn] = {}
        self.user_refs: dict[str, str] = {}
        self.subscriptions = world.subscriptions
        self.add(world)

    def add(self, world: World) -> None:
        """Add to the world; whatever has the same id is replaced."""
        if self.subscriptions == "enforced":
            levels.name_fields(world.apps, world.accounts)
        self.apps.update({app.id: app for app in world.apps})
        self.accounts.update({account.id: account for account in world.accounts})
        self.tokens.update({token.value: token for token in world.tokens})
        self.identity.add(world, self.apps, self.accounts)
        for person in world.people:
            self.people[person.key] = person
            for account_id, scoped in person.scoped.items():
                self.by_scoped[scoped] = (self.account(account_id), person)

    def account(self, account_id: str) -> Account:
        """The account with this id.

        Raises:
            Unknown: there is none.
        """
        found = self.accounts.get(account_id)
        if found is None:
            known = ", ".join(self.accounts) or "none"
            raise Unknown(f"no account {account_id!r} in this world; known: {known}")
        return found

    def instagram_of(self, page_id: str) -> Account | None:
        """The Instagram account linked to a Page, or None."""
        return next((a for a in self.accounts.values() if a.page_id == page_id), None)

    def person(self, account: Account, who: str) -> tuple[str, Person]:
        """A person's scoped id on an account, and the person; made up on first use.

        Args:
            account: the account they are looked at from.
            who: a person's key, or a scoped id (digits only).
        """
        if who.isdigit():
            known = self.by_scoped.get(who)
            if known is not None and known[0].id != account.id:
                raise Unknown(f"{who} is an id on account {known[0].id}; scoped ids differ per account")
            scoped, person = who, known[1] if known else self._meet(who)
        else:
            person = self.people.get(who) or self._meet(who)
            scoped = person.scoped.get(account.id) or ids.scoped_id(account.object, account.id, who)
        person.scoped[account.id] = scoped
        self.by_scoped[scoped] = (account, person)
        return scoped, person

    def _meet(self, key: str) -> Person:
        first, last = ids.invented_name(key)
        if not key.isdigit():
            words = key.replace("-", " ").replace("_", " ").title().split()
            first, last = (words[0], " ".join(words[1:]) or last) if words else (first, last)
        username = f"{first}_{last}".lower().replace(" ", "_")
        person = Person(key=key, first_name=first, last_name=last, username=username)
        self.people[key] = person
        return person

    def conversation(self, account_id: str, scoped: str) -> Conversation | None:
        """The conversation of an account with a person, if there is one."""
        return self.conversations.get((account_id, scoped))

    def people_of(self, account_id: str) -> int:
        """How many people an account has a conversation with."""
        return sum(1 for known, _ in self.conversations if known == account_id)

    def open_conversation(self, account: Account, scoped: str) -> Conversation:
        """The conversation of an account with a person, made if it is new."""
        found = self.conversations.get((account.id, scoped))
        if found is not None:
            return found
        if len(self.conversations) >= self.keep_conversations:
            self._forget(min(self.conversations.values(), key=lambda c: c.updated_ms))
        made = Conversation(
            account=account,
            person=scoped,
            id=ids.conversation_id(account.id, scoped),
            messages=deque(),
        )
        self.conversations[account.id, scoped] = self.by_id[made.id] = made
        return made

    def _forget(self, conversation: Conversation) -> None:
        for message in conversation.messages:
            self.by_mid.pop(message.mid, None)
        self.by_id.pop(conversation.id, None)
        self.conversations.pop((conversation.account.id, conversation.person), None)

    def append(self, conversation: Conversation, message: Message) -> None:
        """Add a message to its conversation; the oldest one beyond the limit is forgotten."""
        conversation.messages.append(message)
        self.by_mid[message.mid] = (conversation, message)
        if len(conversation.messages) > self.keep_messages:
            self.by_mid.pop(conversation.messages.popleft().mid, None)

    def message(self, mid: str) -> tuple[Conversation, Message]:
        """A message by its mid.

        Raises:
            Unknown: there is none, or it was forgotten.
        """
        found = self.by_mid.get(mid)
        if found is None:
            raise Unknown(f"no message {mid!r} in this world")
        return found

    def personas_of(self, account: Account) -> frozenset[str]:
        """Ids of the personas that a Page may speak as."""
        made = {persona.id for persona in self.personas.values() if persona.account_id == account.id}
        return frozenset(made | account.personas)

    def template(self, account_id: str, name: str, language: str) -> Template | None:
        """A utility template of a Page that the API made, or None."""
        found = (
            t for t in self.templates.values() if (t.account_id, t.name, t.language) == (account_id, name, language)
        )
        return next(found, None)

    def app_of_token(self, value: str) -> App | None:
        """The app whose app token (``id|secret``, or what client credentials give) this is, or None."""
        return secrets.app_of_token(self.apps, value)
