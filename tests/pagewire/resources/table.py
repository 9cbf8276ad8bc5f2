"""Documents, good and bad, with what is said of them: asked of our own rules and of a real API server alike."""

from typing import Any, NamedTuple

from .documents import Document, app, document, instagram, page, subscription, token


class Row(NamedTuple):
    """One document.

    Attributes:
        document: What a user writes.
        said: All that our rules say of it; nothing if it is good.
        server: Fields the API server names, where they are not the ones of `said`; ``None`` means the server cannot know.
    """

    document: Document
    said: tuple[str, ...] = ()
    server: tuple[str, ...] | None = ()


def row(document: Document, *said: str, server: tuple[str, ...] | None = ()) -> Row:
    return Row(document, said, server)


REF = {"name": "acme-app", "key": "app-secret"}
FROM_TOKEN = {"from": {"tokenRef": {"name": "admin"}}}
FROM_CREDENTIALS = {"from": {"appCredentials": {}}}
GENERATED = {"from": {"systemUser": {"systemUserId": "6100000000000001", "tokenRef": {"name": "admin"}}}}
SYSTEM_USER = {"type": "SystemUser", "pageId": None, "scopes": ["pages_messaging"], **GENERATED}
FROM_SECRET = {"from": {"secretRef": {"name": "harbour-token", "key": "token"}}}

ONE_SOURCE = "spec.from: give exactly one of secretRef, tokenRef, login, appCredentials and systemUser"
ONE_WAY = "spec.pageRef: give exactly one of pageRef (through the linked Page) and tokenRef (Instagram Login)"
PORTFOLIO = "spec.businessId: only a token that is derived from a tokenRef is looked for in a portfolio; remove it"
OWN_SECRET = (
    "spec.from.secretRef.name: the operator keeps the renewed token in a Secret of this name;"
    " give secretRef or secretName another"
)

SHAPES = (
    row({**page(), "spec": None}, "spec: expected a mapping, got nothing"),
    row(page(pageId=108), "spec.pageId: expected text, got a number; put it in quotes"),
    row(page(pageId=True), "spec.pageId: expected text, got true or false; put it in quotes"),
    row(page(pageid="1"), "spec.pageid: unknown field; did you mean pageId?"),
    row(page(plugins={}), "spec.plugins: expected a list, got a mapping"),
    row(page(plugins=[{"name": "x", "nam": "x"}]), "spec.plugins[0].nam: unknown field; did you mean name?"),
    row(page(plugins=[{"name": "x", "zzz": 1}]), "spec.plugins[0].zzz: unknown field; known here: name, config"),
    row(page(plugins=[{}]), "spec.plugins[0].name: is missing"),
    row(page(managementPolicy="Look"), "spec.managementPolicy: expected one of Manage, Observe"),
    row(page(adoptionPolicy="Take"), "spec.adoptionPolicy: expected one of FailIfExists, Adopt"),
    row(
        page(resyncInterval="1d"),
        'spec.resyncInterval: expected a duration in hours, minutes and seconds, in quotes, as in "168h" or "1h30m"',
    ),
    row(
        page(pageId="108000000000001\n"),
        'spec.pageId: expected the id as Meta shows it: digits, in quotes, as in "108000000000001"',
    ),
    row(
        page(appRef={"name": "Acme"}),
        "spec.appRef.name: expected a Kubernetes name: small letters, digits, '-' and '.', a letter or digit at both ends",
    ),
    row(document("MessengerPage", {"appRef": {"name": "acme"}}), "spec.pageId: is missing"),
    row(app(graphVersion="25"), "spec.graphVersion: expected a Graph API version, as in v25.0"),
    row(app(clientToken=""), "spec.clientToken: expected at least 1 characters"),
    row(app(appSecretRefs=[REF] * 11), "spec.appSecretRefs: expected at most 10 entries"),
    row(
        app(appSecretRefs=[{"name": "a", "key": "b", "namespace": "c"}]),
        "spec.appSecretRefs[0].namespace: unknown field; did you mean name?",
    ),
    row(token(type="Pages"), "spec.type: expected one of App, Client, User, Page, SystemUser"),
    row(
        token(scopes=["Pages Messaging"]),
        "spec.scopes[0]: expected the name of a permission as Meta writes it, as in pages_messaging",
    ),
    row(subscription(callbackURL="http://x"), "spec.callbackURL: expected a URL that starts with https://"),
    row(subscription(fields=[]), "spec.fields: expected at least 1 entries"),
    row(subscription(object="user"), "spec.object: expected one of page, instagram"),
    row(page(plugins=[{"name": "x", "config": {"anything": [1, {"at": "all"}]}}])),
    row(page(resyncInterval="0s", tokenRef={"name": "harbour"})),
    row(page(tracePercent=0)),
    row(page(tracePercent=100)),
    row(page(tracePercent=101), "spec.tracePercent: expected a whole number from 0 to 100"),
    row(page(tracePercent=-1), "spec.tracePercent: expected a whole number from 0 to 100"),
    row(page(tracePercent="half"), "spec.tracePercent: expected a number, got text"),
    row(page(tokenRef=None, profile=None)),
    row(app(appSecretRefs=[REF], verifyTokenRef=REF, clientToken="c0ffee", allowedNamespaces=["shop"])),
    row(app(instagram={"appId": "880000000000001", "appSecretRef": REF})),
    row(app(instagram={"appId": "880000000000001"}), "spec.instagram.appSecretRef: is missing"),
    row(
        app(login={"redirectURL": "https://hooks.example.com/login/support/acme/callback", "configId": "440000000001"})
    ),
    row(app(login={"redirectURL": "http://localhost:8400/login/support/acme/callback"})),
    *(
        row(
            app(login={"redirectURL": url}),
            "spec.login.redirectURL: expected https://, the gateway's public address, /login/{namespace}/{app}/callback",
        )
        for url in (
            "http://hooks.example.com/login/support/acme/callback",
            "https://hooks.example.com/login/support/acme/callback?x=1",
            "https://hooks.example.com/login/support/acme/callback/",
            "https://hooks.example.com/webhooks/support/acme",
        )
    ),
    row(app(login={}), "spec.login.redirectURL: is missing"),
    row(token(**{"from": {"login": {"users": ["7300000000000001"]}}})),
)

POLICIES = (
    row(page(managementPolicy="Observe")),
    row(page(deletionPolicy="Delete")),
    row(page(adoptionPolicy="Adopt")),
    *(
        row(
            of(managementPolicy="Observe", deletionPolicy="Delete"),
            "spec.deletionPolicy: Delete contradicts managementPolicy Observe, which changes nothing at Meta",
        )
        for of in (app, token, subscription, page, instagram)
    ),
)

REPEATS = (
    row(app(appSecretRefs=[REF, REF]), "spec.appSecretRefs[1]: acme-app/app-secret is listed twice"),
    row(app(allowedNamespaces=["a", "a"]), "spec.allowedNamespaces[1]: a is listed twice"),
    row(page(plugins=[{"name": "a"}] * 2), "spec.plugins[1].name: a is listed twice", server=("spec.plugins[1]",)),
    row(instagram(plugins=[{"name": "a"}] * 2), "spec.plugins[1].name: a is listed twice", server=("spec.plugins[1]",)),
    row(token(scopes=["pages_messaging"] * 2), "spec.scopes[1]: pages_messaging is listed twice"),
    row(subscription(fields=["messages", "messages"]), "spec.fields[1]: messages is listed twice"),
    row(page(subscribedFields=["messages", "messages"]), "spec.subscribedFields[1]: messages is listed twice"),
)

TOKENS = (
    row(token(type="User"), "spec.pageId: a token of type User belongs to no Page; remove it, or set type: Page"),
    row(token(type="User", pageId=None)),
    row(token(pageId=None), "spec.pageId: a token of type Page names its Page"),
    row(token(**{"from": {}}), ONE_SOURCE),
    row(token(**{"from": {"login": {}, "tokenRef": {"name": "x"}}}), ONE_SOURCE),
    row(token(**FROM_TOKEN)),
    row(token(businessId="550000000000009", **FROM_TOKEN)),
    row(token(businessId="550000000000009"), PORTFOLIO),
    row(token(**{"from": {"login": {}}})),
    row(
        token(type="User", pageId=None, **FROM_TOKEN),
        "spec.from.tokenRef: only Page tokens are derived from another token, not User",
    ),
    row(token(**FROM_CREDENTIALS), "spec.from.appCredentials: only App and Client tokens are made of them, not Page"),
    row(token(type="App", pageId=None, **FROM_CREDENTIALS)),
    row(token(type="App", pageId=None, **{"from": {"appCredentials": {"form": "ClientCredentials"}}})),
    row(token(type="Client", pageId=None, **{"from": {"appCredentials": {"form": "IdAndSecret"}}})),
    row(
        token(type="Client", pageId=None, **{"from": {"appCredentials": {"form": "ClientCredentials"}}}),
        "spec.from.appCredentials.form: a token of type Client is made of the client token; remove it",
    ),
    row(
        token(type="Client", pageId=None, **{"from": {"login": {}}}),
        "spec.from: a token of type Client comes from appCredentials or a secretRef",
    ),
    row(token(**SYSTEM_USER)),
    row(token(**{**SYSTEM_USER, "scopes": []}), "spec.scopes: list what a generated token may do"),
    row(token(**{**SYSTEM_USER, "scopes": None}), "spec.scopes: list what a generated token may do"),
    row(
        token(**{**SYSTEM_USER, "type": "User"}),
        "spec.from.systemUser: only SystemUser tokens are generated for a system user, not User",
    ),
    row(token(type="User", provider="Instagram", pageId=None)),
    row(token(provider="Instagram"), "spec.provider: Instagram Login makes tokens of type User only, not Page"),
    row(token(secretName="harbour-token"), OWN_SECRET),
    row(token(**{"from": {"secretRef": {"name": "harbour-access-token", "key": "token"}}}), OWN_SECRET),
    row(token(secretName="other", **{"from": {"secretRef": {"name": "harbour-access-token", "key": "token"}}})),
    row(
        token(**{"from": {"tokenRef": {"name": "harbour"}}}),
        "spec.from.tokenRef.name: a token cannot come from itself; name another AccessToken",
    ),
    row(
        token(
            **{**SYSTEM_USER, "from": {"systemUser": {"systemUserId": "61", "tokenRef": {"name": "harbour"}}}},
        ),
        "spec.from.systemUser.tokenRef.name: a token cannot come from itself; name another AccessToken",
    ),
)

ACCOUNTS = (
    row(instagram(pageRef=None), ONE_WAY),
    row(instagram(tokenRef={"name": "x"}), ONE_WAY),
    row(instagram(pageRef=None, tokenRef={"name": "x"})),
)

FIELDS = (
    row(page(subscribedFields=["messages", "standby"])),
    row(
        page(subscribedFields=["messages", "message_edit"]),
        "spec.subscribedFields[1]: message_edit is not a field of page; did you mean message_edits?",
    ),
    row(
        page(subscribedFields=["messaging_seen"]),
        "spec.subscribedFields[0]: messaging_seen is not a field of page; remove it",
    ),
    row(
        instagram(subscribedFields=["messaging_referrals"]),
        "spec.subscribedFields[0]: messaging_referrals is not a field of instagram; did you mean messaging_referral?",
    ),
    row(
        subscription(object="instagram", fields=["messages", "messaging_handovers"]),
        "spec.fields[1]: messaging_handovers is not a field of instagram; did you mean messaging_handover?",
        server=("spec.fields",),
    ),
    row(
        subscription(fields=["live_comments"]),
        "spec.fields[0]: live_comments is not a field of page; remove it",
        server=("spec.fields",),
    ),
    row(subscription(object="instagram", fields=["live_comments"])),
    row(subscription(fields=["mesages"]), "spec.fields[0]: unknown field; did you mean messages?", server=None),
    row(subscription(fields=["holographic_greetings"])),
)


def button(**fields: Any) -> Document:
    found = {"type": "postback", "title": "Hours", "payload": "HOURS", **fields}
    return {name: value for name, value in found.items() if value is not None}


def link(**fields: Any) -> Document:
    return button(**{"type": "web_url", "payload": None, "url": "https://shop.example.com/", **fields})


def menu(*items: Document, **fields: Any) -> Document:
    return {"locale": "default", "callToActions": list(items) or [button()], **fields}


def ice_breakers(count: int, **fields: Any) -> Document:
    questions = [{"question": f"Question {number}?", "payload": str(number)} for number in range(count)]
    return {"locale": "default", "callToActions": questions, **fields}


STARTED = {"getStarted": {"payload": "START"}}
MENU = "spec.profile.persistentMenu"
DOMAINS = "spec.profile.whitelistedDomains"
NEEDS_BUTTON = "spec.profile.getStarted: a persistent menu needs a Get Started button (Meta, code 100/2018145)"
NO_ADDRESS = "Meta takes names, not IP addresses"
UNREACHABLE = "Meta must be able to reach it: write a fully qualified name"

FULL = {
    **STARTED,
    "greeting": [{"locale": "default", "text": "Ahoy {{user_first_name}}!"}, {"locale": "pt_PT", "text": "Olá!"}],
    "persistentMenu": [menu(button(), {"type": "web_url", "title": "Shop", "url": "https://shop.example.com/"})],
    "iceBreakers": [ice_breakers(4)],
    "commands": [{"locale": "default", "commands": [{"name": "hours", "description": "Opening hours"}]}],
    "whitelistedDomains": ["https://shop.example.com/", "https://example.com:8443/path", "https://user@a.example"],
    "accountLinkingURL": "https://shop.example.com/link",
}
EMPTY = {
    "getStarted": {},
    "greeting": [],
    "persistentMenu": [],
    "iceBreakers": [],
    "commands": [],
    "whitelistedDomains": [],
    "accountLinkingURL": "",
}


def _no_default(name: str) -> str:
    return f"spec.profile.{name}: one entry must have locale: default, for everybody else"


def _domain(url: str, said: str) -> Row:
    return row(page(profile={"whitelistedDomains": ["https://a.example", url]}), f"{DOMAINS}[1]: {said}")


def _profile(profile: Document, *said: str, server: tuple[str, ...] | None = ()) -> Row:
    return row(page(profile=profile), *said, server=server)


def _menu(*items: Document) -> Document:
    return {**STARTED, "persistentMenu": [menu(*items)]}


PAGE_PROFILES = (
    _profile(FULL),
    _profile(EMPTY),
    _profile({}),
    _profile({"commands": None}),
    _profile({"getStarted": {"payload": "x" * 1000}}),
    _profile(
        {"getStarted": {"payload": "x" * 1001}}, "spec.profile.getStarted.payload: expected at most 1000 characters"
    ),
    _profile({"getStarted": {"payload": ""}}, "spec.profile.getStarted.payload: expected at least 1 characters"),
    _profile({"greeting": [{"text": "é" * 160}]}),
    _profile({"greeting": [{"text": "x" * 161}]}, "spec.profile.greeting[0].text: expected at most 160 characters"),
    _profile({"greeting": [{"locale": "pt_PT", "text": "Olá"}]}, _no_default("greeting")),
    _profile({**STARTED, "persistentMenu": [menu(locale="pt_PT")]}, _no_default("persistentMenu")),
    _profile({"iceBreakers": [ice_breakers(1, locale="pt_PT")]}, _no_default("iceBreakers")),
    _profile(
        {"commands": [{"locale": "pt_PT", "commands": [{"name": "a", "description": "b"}]}]}, _no_default("commands")
    ),
    _profile(
        {"greeting": [{"text": "a"}, {"text": "b"}]},
        "spec.profile.greeting[1].locale: default is listed twice",
        server=("spec.profile.greeting[1]",),
    ),
    _profile(
        {"greeting": [{"locale": "english", "text": "a"}]},
        "spec.profile.greeting[0].locale: expected `default` or a locale with its country, as in en_US",
    ),
    _profile({"persistentMenu": [menu()]}, NEEDS_BUTTON),
    _profile({"getStarted": {}, "persistentMenu": [menu()]}, NEEDS_BUTTON),
    _profile(_menu(*[button()] * 20)),
    _profile(_menu(*[button()] * 21), f"{MENU}[0].callToActions: expected at most 20 entries"),
    _profile(_menu(button(title="x" * 31)), f"{MENU}[0].callToActions[0].title: expected at most 30 characters"),
    _profile(_menu(button(type="nested")), f"{MENU}[0].callToActions[0].type: expected one of postback, web_url"),
    _profile(
        _menu(button(url="https://x.example.com", payload=None)),
        f"{MENU}[0].callToActions[0].payload: a menu item of type postback needs it",
        f"{MENU}[0].callToActions[0].url: a menu item of type postback has none; remove it",
    ),
    _profile(
        _menu(link(), link(url=None, payload="X")),
        f"{MENU}[0].callToActions[1].url: a menu item of type web_url needs it",
        f"{MENU}[0].callToActions[1].payload: a menu item of type web_url has none; remove it",
    ),
    _profile(
        _menu(link(callToActions=[button()])),
        f"{MENU}[0].callToActions[0].callToActions: unknown field; known here: type, title, payload, url,"
        " webviewHeightRatio",
    ),
    _profile(_menu(link(webviewHeightRatio="tall"))),
    _profile(
        {"iceBreakers": [ice_breakers(5)]}, "spec.profile.iceBreakers[0].callToActions: expected at most 4 entries"
    ),
    _profile({"whitelistedDomains": ["https://x.example.com/"] * 51}, f"{DOMAINS}: expected at most 50 entries"),
    _profile({"whitelistedDomains": ["https://x.example.com/"] * 2}, f"{DOMAINS}[1]: listed twice"),
    _profile(
        {"accountLinkingURL": "shop"},
        "spec.profile.accountLinkingURL: expected a URL that starts with https://, or an empty text to clear it",
    ),
    _domain("https://10.0.0.1/", NO_ADDRESS),
    _domain("https://10.0.0.1:8443", NO_ADDRESS),
    _domain("https://[::1]/", NO_ADDRESS),
    _domain("https://localhost/", UNREACHABLE),
    _domain("https://shop/", UNREACHABLE),
    _domain("https://shop.local", UNREACHABLE),
    _domain("https://SHOP.Internal:8443/", UNREACHABLE),
    _domain("https://user@localhost/", UNREACHABLE),
    _domain("https://shop/index.html", UNREACHABLE),
    _domain("https://[::", "this is not a URL"),
    _profile(
        {"whitelistedDomains": ["http://x.example.com/"]}, f"{DOMAINS}[0]: expected a URL that starts with https://"
    ),
)

INSTAGRAM_PROFILES = (
    row(instagram(profile={"persistentMenu": [menu()], "iceBreakers": [ice_breakers(4)]})),
    row(instagram(profile={"persistentMenu": [menu(composerInputDisabled=False)]})),
    row(
        instagram(profile={"greeting": []}),
        "spec.profile.greeting: unknown field; known here: persistentMenu, iceBreakers",
    ),
    row(
        instagram(profile={"persistentMenu": [menu(composerInputDisabled=True)]}),
        f"{MENU}[0].composerInputDisabled: Instagram has no such setting; remove it",
        server=(MENU,),
    ),
    row(
        instagram(profile={"persistentMenu": [menu(link(webviewHeightRatio="full"))]}),
        f"{MENU}[0].callToActions[0].webviewHeightRatio: Instagram has no such setting; remove it",
        server=(MENU,),
    ),
    row(instagram(profile={"iceBreakers": [ice_breakers(1, locale="pt_PT")]}), _no_default("iceBreakers")),
)

ROWS = (*SHAPES, *POLICIES, *REPEATS, *TOKENS, *ACCOUNTS, *FIELDS, *PAGE_PROFILES, *INSTAGRAM_PROFILES)

_CHANGED = "cannot be changed; make another resource, and delete this one"


class Change(NamedTuple):
    """A change of a resource that exists, and the field it is refused for; empty if it is taken."""

    before: Document
    after: Document
    refused: str = ""


CHANGES = (
    Change(app(), app(appId="990000000000002"), "spec.appId"),
    Change(app(), app(graphVersion="v26.0")),
    Change(token(), token(appRef={"name": "other"}), "spec.appRef"),
    Change(token(), token(appRef={"name": "acme", "namespace": "shop"}), "spec.appRef"),
    Change(token(), token(pageId="108000000000002"), "spec.pageId"),
    Change(token(), token(type="User", pageId=None), "spec.type"),
    Change(token(type="User", pageId=None), token(type="User", pageId=None, provider="Instagram"), "spec.provider"),
    Change(token(), token(secretName="other"), "spec.secretName"),
    Change(token(secretName="other"), token(), "spec.secretName"),
    Change(token(secretName="other"), token(secretName="third"), "spec.secretName"),
    Change(token(), token(**FROM_TOKEN)),
    Change(subscription(), subscription(object="instagram"), "spec.object"),
    Change(subscription(), subscription(appRef={"name": "other"}), "spec.appRef"),
    Change(subscription(), subscription(callbackURL="https://other.example.com/webhooks/support/acme")),
    Change(page(), page(pageId="108000000000002"), "spec.pageId"),
    Change(page(), page(appRef={"name": "other"}), "spec.appRef"),
    Change(page(), page(tokenRef={"name": "harbour"}, profile=FULL)),
    Change(instagram(), instagram(accountId="17841400000000002"), "spec.accountId"),
    Change(instagram(), instagram(appRef={"name": "other"}), "spec.appRef"),
    Change(instagram(), instagram(pageRef=None, tokenRef={"name": "quay"})),
)
