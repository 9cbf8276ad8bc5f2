"""``pagewire import``: the manifests of what exists at Meta already."""

import os
from collections.abc import Mapping
from typing import Any, Final

import click

from pagewire.graph import open_http
from pagewire.graph.admin import AdminClient, AdminError, Budget, PageFacts, Priority
from pagewire.resources import DEFAULT_GRAPH_VERSION
from pagewire.sealed import Sealed
from pagewire.terminal.exits import CommandError, Exit
from pagewire.terminal.options import asynchronous
from pagewire.terminal.output import say

from . import drafting

_SECRET: Final = "PAGEWIRE_APP_SECRET"  # noqa: S105 - the variable's name
_TOKEN: Final = "PAGEWIRE_TOKEN"  # noqa: S105 - the variable's name

Document = dict[str, Any]


@click.command("import")
@click.option("--page", "pages", multiple=True, required=True, metavar="ID", help="A Page; may be given several times.")
@click.option("--app-id", required=True, metavar="ID", help="The Meta app.")
@click.option("--name", default="imported", show_default=True, help="Name of the MessengerApp, and of its Secret.")
@click.option("-n", "--namespace", default="default", show_default=True, metavar="NAME", help="Of all documents.")
@click.option("--graph-version", default=DEFAULT_GRAPH_VERSION, show_default=True, metavar="VERSION")
@asynchronous
async def import_(*, pages: tuple[str, ...], app_id: str, name: str, namespace: str, graph_version: str) -> None:
    """Write the manifests of an app, its subscriptions and Pages as they are at Meta now.

    Nothing is changed. The app secret is taken from PAGEWIRE_APP_SECRET, and from PAGEWIRE_TOKEN a token of a person or
    system user who manages the Pages. Neither is written: the Secrets hold a place for each.
    """
    secret, token = _given(_SECRET), _given(_TOKEN)
    draft = drafting.Draft(namespace=namespace, app=name, app_id=app_id, graph_version=graph_version)
    base = os.environ.get("PAGEWIRE_GRAPH_URL") or "https://graph.facebook.com"
    async with open_http() as http:
        admin = AdminClient(
            base,
            app_id=app_id,
            app_secret=secret,
            http=http,
            version=graph_version,
            budget=Budget(),
            priority=Priority.CHANGE,
        )
        try:
            documents = await _documents(admin, draft, pages, token)
        except AdminError as error:
            raise CommandError(
                f"Meta refuses {error.call}: {error.said}", "Check the app, the token and its permissions."
            ) from error
    for document in documents:
        click.echo(f"---\n{drafting.to_yaml(document).rstrip()}")


def _given(variable: str) -> Sealed[str]:
    value = os.environ.get(variable, "").strip()
    if not value:
        raise CommandError(
            f"{variable} is not set", "Set it in the environment; command lines can be read by others.", Exit.USAGE
        )
    return Sealed(value)


async def _documents(
    admin: AdminClient, draft: drafting.Draft, pages: tuple[str, ...], token: Sealed[str]
) -> list[Document]:
    subscriptions = await admin.subscriptions.list()
    documents = draft.app_documents(subscriptions.data)
    for page in pages:
        documents += await _page(admin, draft, page, token)
    return documents


async def _page(admin: AdminClient, draft: drafting.Draft, page: str, token: Sealed[str]) -> list[Document]:
    own_token = (await admin.pages.token(page, token)).access_token or await _of_page_itself(admin, page, token)
    facts = await admin.pages.get(page, own_token)
    own = (await admin.pages.subscribed_apps(page, own_token)).of(draft.app_id)
    profile = await admin.profile.get(page, own_token)
    spec, unknown = drafting.profile_of(profile.properties)
    for property_ in unknown:
        say(f"Page {page}: profile property {property_} has no place in a manifest; it is left alone.")
    found = draft.page_documents(facts, sorted(own.fields) if own else [], spec)
    return [*found, *await _instagram(admin, draft, facts, own_token)]


async def _of_page_itself(admin: AdminClient, page: str, token: Sealed[str]) -> Sealed[str]:
    if (await admin.tokens.me(token)).id == page:
        return token
    raise CommandError(
        f"Page {page} gives no token to this one",
        "Take the token of somebody who may manage the Page and message for it, or the Page's own.",
    )


async def _instagram(admin: AdminClient, draft: drafting.Draft, facts: PageFacts, token: Sealed[str]) -> list[Document]:
    linked = facts.instagram_business_account
    if linked is None or linked.id is None:
        return []
    properties: Mapping[str, Any] = {}
    try:
        properties = (await admin.profile.get(str(facts.id), token, platform="instagram")).properties
    except AdminError as error:
        say(f"Instagram account {linked.id}: its profile cannot be read: {error.said}")
    spec, _ = drafting.instagram_profile_of(properties)
    return [draft.instagram_document(facts, linked, spec)]
