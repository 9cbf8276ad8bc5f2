"""What the gateway relies on of a registry, whatever tells it: manifest files today, a cluster later.

A subclass gives one fixture, ``desk``, that can put and delete documents and hands out the registry.
"""

import asyncio
import json
from typing import Any, Protocol

import msgspec
import pytest

from pagewire.sealed import Sealed
from pagewire_gateway.registry import Account, Registry, RegistryClosedError, Severity, show
from pagewire_gateway.registry.ended import Ended, digest_of
from pagewire_gateway.registry.port import LoginPages

APP_SECRET = "s3cr3t-of-the-app"
OLD_SECRET = "s3cr3t-of-last-year"
VERIFY_TOKEN = "letmein"
PAGE_TOKEN = "EAAPAGETOKENOFTHECONTRACT"
LOGIN_TOKEN = "IGTOKENOFTHECONTRACT"
SECRETS = (APP_SECRET, OLD_SECRET, VERIFY_TOKEN, PAGE_TOKEN, LOGIN_TOKEN)

LOGIN_URL = "https://hooks.example.com/login/support/acme/callback"
PAGE_ID = "108000000000001"
INSTAGRAM_ID = "17841400000000001"

Document = dict[str, Any]


class Desk(Protocol):
    """Where documents are put and taken away. Both return when the registry has seen it."""

    registry: Registry

    async def put(self, *documents: Document) -> None:
        """Add documents, or replace those of the same kind, namespace and name."""

    async def delete(self, document: Document) -> None:
        """Take a document away."""


def document(kind: str, name: str, spec: Document, **metadata: Any) -> Document:
    return {
        "apiVersion": "pagewire.dev/v1alpha1",
        "kind": kind,
        "metadata": {"namespace": "support", "name": name, **metadata},
        "spec": spec,
    }


def secret(name: str, values: dict[str, str], namespace: str = "support") -> Document:
    metadata = {"namespace": namespace, "name": name}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": values}


def app(**spec: Any) -> Document:
    refs = {
        "appSecretRefs": [{"name": "acme-app", "key": "new"}, {"name": "acme-app", "key": "old"}],
        "verifyTokenRef": {"name": "acme-app", "key": "verify-token"},
    }
    return document("MessengerApp", "acme", {"appId": "990000000000001", **refs, **spec})


def app_secret(**values: str) -> Document:
    return secret("acme-app", {"new": APP_SECRET, "old": OLD_SECRET, "verify-token": VERIFY_TOKEN, **values})


def token(name: str = "harbour", **spec: Any) -> Document:
    source = {"secretRef": {"name": f"{name}-token", "key": "token"}}
    wanted = {"appRef": {"name": "acme"}, "type": "Page", "pageId": PAGE_ID, "from": source, **spec}
    return document("AccessToken", name, {key: value for key, value in wanted.items() if value is not None})


def page(name: str = "harbour", *, metadata: Document | None = None, **spec: Any) -> Document:
    wanted = {"appRef": {"name": "acme"}, "pageId": PAGE_ID, "tokenRef": {"name": "harbour"}, **spec}
    return document(
        "MessengerPage", name, {key: value for key, value in wanted.items() if value is not None}, **metadata or {}
    )


def instagram(**spec: Any) -> Document:
    return document("InstagramAccount", "harbour-ig", {"appRef": {"name": "acme"}, "accountId": INSTAGRAM_ID, **spec})


def everything() -> tuple[Document, ...]:
    return (
        app_secret(),
        app(),
        secret("harbour-token", {"token": PAGE_TOKEN}),
        token(),
        page(),
        instagram(pageRef={"name": "harbour"}),
    )


def known(registry: Registry, id_: str = PAGE_ID, of: str = "page") -> Account:
    found = registry.account(of, id_)
    assert found is not None
    return found


def told(registry: Registry) -> str:
    return "\n".join(map(str, registry.problems()))


class RegistryContract:
    """The behaviour of a registry."""

    async def test_an_app_has_every_secret_that_may_sign(self, desk: Desk):
        await desk.put(*everything())
        found = desk.registry.app("support", "acme")
        assert found is not None
        assert [one.reveal() for one in found.secrets] == [APP_SECRET.encode(), OLD_SECRET.encode()]
        assert found.verify_token is not None
        assert found.verify_token.reveal() == VERIFY_TOKEN
        assert (found.app_id, found.graph_version, found.closed) == ("990000000000001", "v25.0", False)

    async def test_a_page_sends_as_itself(self, desk: Desk):
        await desk.put(*everything())
        found = known(desk.registry)
        assert found.token is not None
        assert found.token.reveal() == PAGE_TOKEN
        assert (found.object, found.kind, found.namespace, found.name) == (
            "page",
            "MessengerPage",
            "support",
            "harbour",
        )
        assert (found.send_as_id, found.host, found.app_id) == (PAGE_ID, "facebook", "990000000000001")
        assert (found.app, found.graph_version) == (("support", "acme"), "v25.0")

    async def test_an_instagram_account_sends_through_its_page(self, desk: Desk):
        await desk.put(*everything())
        found = known(desk.registry, INSTAGRAM_ID, "instagram")
        assert found.token is not None
        assert found.token.reveal() == PAGE_TOKEN
        assert (found.id, found.send_as_id, found.host) == (INSTAGRAM_ID, PAGE_ID, "facebook")

    async def test_an_instagram_account_with_a_login_of_its_own_sends_as_itself(self, desk: Desk):
        await desk.put(
            *everything(),
            secret("quay-token", {"token": LOGIN_TOKEN}),
            token("quay", type="User", pageId=None),
            instagram(tokenRef={"name": "quay"}),
        )
        found = known(desk.registry, INSTAGRAM_ID, "instagram")
        assert found.token is not None
        assert found.token.reveal() == LOGIN_TOKEN
        assert (found.send_as_id, found.host) == (INSTAGRAM_ID, "instagram")

    async def test_what_nobody_described_is_unknown(self, desk: Desk):
        await desk.put(*everything())
        assert desk.registry.account("page", INSTAGRAM_ID) is None
        assert desk.registry.account("instagram", PAGE_ID) is None
        assert desk.registry.account("whatsapp_business_account", PAGE_ID) is None
        assert desk.registry.app("elsewhere", "acme") is None

    async def test_all_is_listed_in_order_and_nothing_is_wrong(self, desk: Desk):
        await desk.put(*everything(), page("a", pageId="1", tokenRef=None))
        assert [(one.object, one.name) for one in desk.registry.accounts()] == [
            ("page", "a"),
            ("page", "harbour"),
            ("instagram", "harbour-ig"),
        ]
        assert [one.name for one in desk.registry.apps()] == ["acme"]
        assert [problem.severity for problem in desk.registry.problems()] == [Severity.WARNING]

    async def test_plugins_keep_their_order_and_their_config(self, desk: Desk):
        config = {"rules": [{"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}]}
        await desk.put(*everything(), page(plugins=[{"name": "logging"}, {"name": "auto-reply", "config": config}]))
        plugins = known(desk.registry).plugins
        assert [(use.name, msgspec.json.decode(use.config)) for use in plugins] == [
            ("logging", {}),
            ("auto-reply", config),
        ]

    async def test_an_account_says_how_much_of_it_is_traced(self, desk: Desk):
        await desk.put(*everything(), page(tracePercent=50), instagram(pageRef={"name": "harbour"}, tracePercent=0))
        assert known(desk.registry).trace_percent == 50
        assert known(desk.registry, INSTAGRAM_ID, "instagram").trace_percent == 0
        await desk.put(page())
        assert known(desk.registry).trace_percent is None

    async def test_a_page_without_a_token_is_known_and_closed(self, desk: Desk):
        await desk.put(*everything(), page(tokenRef=None))
        assert known(desk.registry).closed
        assert [problem.severity for problem in desk.registry.problems()] == [Severity.WARNING] * 2
        assert "support/harbour" in told(desk.registry)
        assert "spec.tokenRef" in told(desk.registry)

    async def test_an_app_without_a_secret_is_known_and_closed(self, desk: Desk):
        await desk.put(*everything(), app(appSecretRefs=[]))
        found = desk.registry.app("support", "acme")
        assert found is not None
        assert found.closed
        assert "every webhook is refused" in told(desk.registry)

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            (page(appRef={"name": "acem"}), "spec.appRef: MessengerApp support/acem does not exist"),
            (page(tokenRef={"name": "harbor"}), "spec.tokenRef: AccessToken support/harbor does not exist"),
            (token(type="User", pageId=None), "spec.tokenRef: AccessToken support/harbour is of type User"),
            (token(pageId="108000000000009"), "belongs to Page 108000000000009, not to 108000000000001"),
            (token(appRef={"name": "other"}), "belongs to MessengerApp support/other"),
            (token(**{"from": {"login": {}}}), "comes from login and has no value here"),
            (token(**{"from": {"secretRef": {"name": "x", "key": "k"}}}), "Secret support/x does not exist"),
            (secret("harbour-token", {"tokn": PAGE_TOKEN}), "has no text under key token"),
            (secret("harbour-token", {"token": " \n"}), "is empty under key token"),
            (secret("harbour-token", {"token": "EAA\nX-Evil: 1"}), "holds characters no token has"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_a_page_whose_references_do_not_hold_is_closed(self, desk: Desk, change: Document, path: str):
        await desk.put(*everything())
        await desk.put(change)
        assert known(desk.registry).closed
        assert known(desk.registry, INSTAGRAM_ID, "instagram").closed
        assert path in told(desk.registry)

    async def test_what_comes_from_a_login_is_known_by_its_app(self, desk: Desk):
        opened = app(login={"redirectURL": LOGIN_URL, "configId": "440000000000001"})
        login = token(scopes=["pages_messaging"], **{"from": {"login": {"users": ["7300000000000001"]}}})
        await desk.put(app_secret(), opened, login, page())
        (found,) = desk.registry.logins(("support", "acme"))
        assert (found.name, found.page_id, found.scopes) == ("harbour", PAGE_ID, ("pages_messaging",))
        assert (found.users, found.linked) == (("7300000000000001",), False)
        known_app = desk.registry.app("support", "acme")
        assert known_app is not None
        assert known_app.login == LoginPages(LOGIN_URL, "440000000000001")
        await desk.put(instagram(pageRef={"name": "harbour"}))
        assert [one.linked for one in desk.registry.logins(("support", "acme"))] == [True]
        await desk.put(token())
        assert list(desk.registry.logins(("support", "acme"))) == []

    async def test_a_login_of_instagram_opens_its_account(self, desk: Desk):
        own = {"type": "User", "pageId": None, "provider": "Instagram", "from": {"login": {}}}
        secrets = {"appId": "880000000000001", "appSecretRef": {"name": "acme-app", "key": "new"}}
        await desk.put(app_secret(), app(instagram=secrets), token(**own), instagram(tokenRef={"name": "harbour"}))
        assert known(desk.registry, INSTAGRAM_ID, "instagram").closed
        assert "log in with `pagewire login support/harbour`" in told(desk.registry)
        assert [one.accounts for one in desk.registry.logins(("support", "acme"))] == [(INSTAGRAM_ID,)]
        await desk.put(secret("harbour-login", {"token": LOGIN_TOKEN}))
        opened = known(desk.registry, INSTAGRAM_ID, "instagram").token
        assert opened is not None
        assert opened.reveal() == LOGIN_TOKEN
        known_app = desk.registry.app("support", "acme")
        assert known_app is not None
        assert known_app.instagram_secret is not None
        assert known_app.instagram_secret.reveal() == APP_SECRET.encode()

    async def test_who_speaks_with_a_login_is_known_also_through_what_is_derived(self, desk: Desk):
        login = token("admin", type="User", pageId=None, **{"from": {"login": {}}})
        derived = token(**{"from": {"tokenRef": {"name": "admin"}}})
        quay = page("quay", pageId="108000000000002", tokenRef={"name": "quay"})
        other = token("quay", pageId="108000000000002", **{"from": {"login": {}}})
        await desk.put(*everything(), login, derived, quay, other)
        spoken = await desk.registry.spoken(("support", "admin"))
        assert {(one.account.object, one.account.id, one.token) for one in spoken} == {
            ("page", PAGE_ID, ("support", "harbour")),
            ("instagram", INSTAGRAM_ID, ("support", "harbour")),
        }
        assert [one.account.id for one in await desk.registry.spoken(("support", "quay"))] == ["108000000000002"]
        assert await desk.registry.spoken(("support", "nobody")) == []

    async def test_a_token_that_ended_closes_who_speaks_with_it_until_another_comes(self, desk: Desk):
        quay = page("quay", pageId="108000000000002", tokenRef={"name": "quay"})
        other = token("quay", pageId="108000000000002")
        await desk.put(*everything(), quay, other, secret("quay-token", {"token": "EAAQUAY"}))
        ended = {("support", "harbour"): Ended(digest_of(Sealed(PAGE_TOKEN)), "support/admin")}
        before = desk.registry.revision
        await desk.registry.end(ended)
        assert (known(desk.registry).closed, known(desk.registry, INSTAGRAM_ID, "instagram").closed) == (True, True)
        assert not known(desk.registry, "108000000000002").closed
        assert "took the app back; log in with `pagewire login support/admin`" in told(desk.registry)
        assert await desk.registry.changed(before) > before
        await desk.put(page(plugins=[{"name": "logging"}]))
        assert known(desk.registry).closed
        await desk.put(secret("harbour-token", {"token": "EAANEW"}))
        assert not known(desk.registry).closed
        assert not known(desk.registry, INSTAGRAM_ID, "instagram").closed
        await desk.put(secret("harbour-token", {"token": PAGE_TOKEN}))
        assert known(desk.registry).closed
        await desk.registry.end({})
        assert not known(desk.registry).closed

    async def test_a_redirect_that_leads_to_another_app_closes_the_login_pages(self, desk: Desk):
        await desk.put(app_secret(), app(login={"redirectURL": LOGIN_URL.replace("acme", "other")}))
        found = desk.registry.app("support", "acme")
        assert found is not None
        assert found.login is None
        assert "does not end in /login/support/acme/callback" in told(desk.registry)

    async def test_it_opens_when_what_was_missing_comes(self, desk: Desk):
        await desk.put(*(one for one in everything() if one["metadata"]["name"] != "harbour-token"))
        assert known(desk.registry).closed
        await desk.put(secret("harbour-token", {"token": PAGE_TOKEN}))
        assert not known(desk.registry).closed
        assert not known(desk.registry, INSTAGRAM_ID, "instagram").closed
        assert desk.registry.problems() == []

    async def test_an_instagram_account_and_its_page_use_one_app(self, desk: Desk):
        other = app()
        other["metadata"]["name"] = "other"
        await desk.put(*everything(), other, instagram(pageRef={"name": "harbour"}, appRef={"name": "other"}))
        assert known(desk.registry, INSTAGRAM_ID, "instagram").closed
        assert not known(desk.registry).closed
        assert "uses MessengerApp support/acme, this account support/other" in told(desk.registry)

    async def test_an_app_lost_closes_its_accounts(self, desk: Desk):
        await desk.put(*everything())
        await desk.delete(app())
        assert desk.registry.app("support", "acme") is None
        assert (known(desk.registry).closed, known(desk.registry).app_id) == (True, "")

    async def test_a_new_secret_counts_at_once(self, desk: Desk):
        await desk.put(*everything())
        await desk.put(app_secret(new="rotated"), secret("harbour-token", {"token": "EAANEW"}))
        found, page_token = desk.registry.app("support", "acme"), known(desk.registry).token
        assert found is not None
        assert [one.reveal() for one in found.secrets] == [b"rotated", OLD_SECRET.encode()]
        assert page_token is not None
        assert page_token.reveal() == "EAANEW"

    async def test_a_new_graph_version_reaches_the_accounts(self, desk: Desk):
        await desk.put(*everything())
        await desk.put(app(graphVersion="v26.0"))
        assert known(desk.registry).graph_version == "v26.0"
        assert known(desk.registry, INSTAGRAM_ID, "instagram").graph_version == "v26.0"

    async def test_a_change_leaves_the_other_accounts_the_objects_they_were(self, desk: Desk):
        await desk.put(*everything(), page("quay", pageId="108000000000002", tokenRef=None))
        other, own = known(desk.registry, "108000000000002"), known(desk.registry)
        await desk.put(page(plugins=[{"name": "logging"}]))
        assert known(desk.registry) is not own
        assert known(desk.registry, "108000000000002") is other

    async def test_a_page_that_changes_its_id_is_found_under_the_new_one_only(self, desk: Desk):
        await desk.put(*everything())
        await desk.put(page(pageId="108000000000002"), token(pageId="108000000000002"))
        assert desk.registry.account("page", PAGE_ID) is None
        assert not known(desk.registry, "108000000000002").closed
        assert known(desk.registry, INSTAGRAM_ID, "instagram").send_as_id == "108000000000002"

    async def test_a_deleted_page_is_unknown(self, desk: Desk):
        await desk.put(*everything())
        await desk.delete(page())
        assert desk.registry.account("page", PAGE_ID) is None
        linked = known(desk.registry, INSTAGRAM_ID, "instagram")
        assert (linked.closed, linked.send_as_id) == (True, "")
        assert "MessengerPage support/harbour does not exist" in told(desk.registry)

    async def test_of_two_claims_to_one_page_the_first_by_name_wins(self, desk: Desk):
        await desk.put(*everything(), page("b"))
        await desk.put(page("a"))
        assert known(desk.registry).name == "a"
        assert "MessengerPage support/b" in told(desk.registry)
        assert f"spec.pageId: {PAGE_ID} is already described by MessengerPage support/a" in told(desk.registry)
        await desk.delete(page("a"))
        assert known(desk.registry).name == "b"
        await desk.delete(page("b"))
        assert known(desk.registry).name == "harbour"
        assert desk.registry.problems() == []

    async def test_of_two_claims_to_one_page_the_older_wins(self, desk: Desk):
        await desk.put(*everything(), page("z", metadata={"creationTimestamp": "2026-01-01T00:00:00Z"}))
        assert known(desk.registry).name == "z"

    async def test_a_loser_that_changes_does_not_disturb_the_winner(self, desk: Desk):
        await desk.put(*everything())
        before = known(desk.registry)
        await desk.put(page("z"))
        assert known(desk.registry) is before
        assert "MessengerPage support/z" in told(desk.registry)
        await desk.put(page("z", plugins=[{"name": "logging"}]))
        assert known(desk.registry) is before
        await desk.put(page("z", pageId="108000000000002", tokenRef=None))
        assert known(desk.registry) is before
        assert known(desk.registry, "108000000000002").name == "z"

    async def test_another_namespace_uses_an_app_only_if_it_is_let_in(self, desk: Desk):
        ref = {"name": "acme", "namespace": "support"}
        foreign = [page(appRef=ref), token(appRef=ref), secret("harbour-token", {"token": PAGE_TOKEN})]
        for one in foreign:
            one["metadata"]["namespace"] = "shop"
        await desk.put(app_secret(), app(), *foreign)
        assert known(desk.registry).closed
        assert "does not let namespace shop use it" in told(desk.registry)
        await desk.put(app(allowedNamespaces=["shop"]))
        assert not known(desk.registry).closed
        await desk.put(app(allowedNamespaces=["shoppers"]))
        assert known(desk.registry).closed

    async def test_a_secret_of_another_namespace_is_out_of_reach(self, desk: Desk):
        await desk.put(app_secret(), app(), secret("harbour-token", {"token": PAGE_TOKEN}, "vault"), token(), page())
        assert known(desk.registry).closed

    async def test_a_broken_document_keeps_its_last_good_state(self, desk: Desk):
        await desk.put(*everything())
        before = known(desk.registry)
        await desk.put(page(plugins=[{"nam": "logging"}]), page("quay", pageId="108000000000002", tokenRef=None))
        assert known(desk.registry) is before
        assert known(desk.registry, "108000000000002").name == "quay"
        assert "MessengerPage support/harbour" in told(desk.registry)
        assert "spec.plugins[0].nam: unknown field; did you mean name?" in told(desk.registry)

    async def test_a_subscription_of_an_unknown_app_is_told(self, desk: Desk):
        spec = {
            "appRef": {"name": "acem"},
            "object": "page",
            "callbackURL": "https://h.example.com/",
            "fields": ["messages"],
        }
        await desk.put(*everything(), document("WebhookSubscription", "acme-page", spec))
        assert "WebhookSubscription support/acme-page" in told(desk.registry)

    async def test_whoever_waits_hears_of_a_change(self, desk: Desk):
        await desk.put(*everything())
        since = desk.registry.revision
        waiting = asyncio.ensure_future(desk.registry.changed(since))
        await asyncio.sleep(0)
        assert not waiting.done()
        await desk.put(page(plugins=[{"name": "logging"}]))
        assert await waiting == desk.registry.revision > since
        assert await desk.registry.changed(since) == desk.registry.revision

    async def test_the_same_documents_again_are_no_change(self, desk: Desk):
        await desk.put(*everything())
        since = desk.registry.revision
        await desk.put(*everything())
        assert desk.registry.revision == since

    async def test_who_waits_when_it_closes_is_told(self, desk: Desk):
        await desk.put(*everything())
        waiting = asyncio.ensure_future(desk.registry.changed(desk.registry.revision))
        await asyncio.sleep(0)
        await desk.registry.aclose()
        with pytest.raises(RegistryClosedError):
            await waiting
        assert not known(desk.registry).closed

    async def test_no_secret_is_ever_shown(self, desk: Desk):
        await desk.put(*everything(), instagram(tokenRef={"name": "quay"}))
        await desk.put(token("quay", type=LOGIN_TOKEN), secret("quay-token", {"token": LOGIN_TOKEN}))
        shown = [
            repr([*desk.registry.apps(), *desk.registry.accounts()]),
            str([*desk.registry.apps(), *desk.registry.accounts()]),
            repr(desk.registry.problems()),
            told(desk.registry),
            json.dumps(show(desk.registry)),
            repr(desk.registry),
        ]
        assert [value for value in SECRETS for text in shown if value in text] == []
        with pytest.raises(TypeError):
            msgspec.json.encode(list(desk.registry.accounts()))
