"""Rules between fields."""

import pytest

from .documents import Document, app, instagram, page, subscription, token, wrong

REF = {"name": "acme-app", "key": "app-secret"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (page(managementPolicy="Observe"), []),
        (page(deletionPolicy="Delete"), []),
        (
            page(managementPolicy="Observe", deletionPolicy="Delete"),
            ["spec.deletionPolicy: Delete contradicts managementPolicy Observe, which changes nothing at Meta"],
        ),
        (app(appSecretRefs=[REF, REF]), ["spec.appSecretRefs[1]: acme-app/app-secret is listed twice"]),
        (app(allowedNamespaces=["a", "a"]), ["spec.allowedNamespaces[1]: a is listed twice"]),
        (page(plugins=[{"name": "logging"}] * 2), ["spec.plugins[1].name: logging is listed twice"]),
        (instagram(plugins=[{"name": "logging"}] * 2), ["spec.plugins[1].name: logging is listed twice"]),
        (token(scopes=["pages_messaging"] * 2), ["spec.scopes[1]: pages_messaging is listed twice"]),
        (token(type="User"), ["spec.pageId: a token of type User belongs to no Page; remove it, or set type: Page"]),
        (token(pageId=None), ["spec.pageId: a token of type Page names its Page"]),
        (token(**{"from": {}}), ["spec.from: give exactly one of secretRef, tokenRef, login and appCredentials"]),
        (
            token(**{"from": {"login": {}, "tokenRef": {"name": "x"}}}),
            ["spec.from: give exactly one of secretRef, tokenRef, login and appCredentials"],
        ),
        (
            token(**{"from": {"appCredentials": {}}}),
            ["spec.from.appCredentials: only App and Client tokens are made of them, not Page"],
        ),
        (token(type="App", pageId=None, **{"from": {"appCredentials": {}}}), []),
        (
            token(type="Client", pageId=None, **{"from": {"login": {}}}),
            ["spec.from: a token of type Client comes from appCredentials or a secretRef"],
        ),
        (token(**{"from": {"tokenRef": {"name": "admin"}}}), []),
        (
            instagram(pageRef=None),
            ["spec.pageRef: give exactly one of pageRef (through the linked Page) and tokenRef (Instagram Login)"],
        ),
        (
            instagram(tokenRef={"name": "x"}),
            ["spec.pageRef: give exactly one of pageRef (through the linked Page) and tokenRef (Instagram Login)"],
        ),
        (instagram(pageRef=None, tokenRef={"name": "x"}), []),
        (subscription(fields=["messages", "messages"]), ["spec.fields[1]: messages is listed twice"]),
    ],
)
def test_fields_that_do_not_go_together(document: Document, said: list[str]):
    assert wrong(document) == said


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (page(subscribedFields=["messages", "standby"]), []),
        (
            page(subscribedFields=["messages", "message_edit"]),
            ["spec.subscribedFields[1]: message_edit is not a field of page; did you mean message_edits?"],
        ),
        (
            page(subscribedFields=["messaging_seen"]),
            ["spec.subscribedFields[0]: messaging_seen is not a field of page; remove it"],
        ),
        (
            instagram(subscribedFields=["messaging_referrals"]),
            [
                "spec.subscribedFields[0]: messaging_referrals is not a field of instagram; did you mean messaging_referral?"
            ],
        ),
        (
            subscription(object="instagram", fields=["messaging_handovers"]),
            ["spec.fields[0]: messaging_handovers is not a field of instagram; did you mean messaging_handover?"],
        ),
        (subscription(fields=["mesages"]), ["spec.fields[0]: unknown field; did you mean messages?"]),
        (subscription(fields=["holographic_greetings"]), []),
    ],
)
def test_a_webhook_field_is_one_of_its_object_or_news_of_metas(document: Document, said: list[str]):
    assert wrong(document) == said
