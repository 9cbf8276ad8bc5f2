"""Documents that are nearly right: each field taken from a few good and bad values, so that rules meet each other."""

from collections.abc import Mapping
from typing import Any, Final

from hypothesis import strategies as st

from .documents import Document, document
from .table import REF, STARTED, button, ice_breakers, link, menu

_ABSENT: Final = object()
_REF: Final = {"name": "admin"}


def _spec(wanted: Document, choices: Mapping[str, list[Any]]) -> st.SearchStrategy[Document]:
    """Fields that are always there, and others that are there one time in four."""
    drawn = {
        name: st.sampled_from([_ABSENT] * 3 * len(values) + values if name not in wanted else values)
        for name, values in choices.items()
    }
    made = st.fixed_dictionaries(drawn)
    return made.map(lambda spec: {**wanted, **{name: value for name, value in spec.items() if value is not _ABSENT}})


_COMMON: Final[Mapping[str, list[Any]]] = {
    "managementPolicy": ["Manage", "Observe"],
    "deletionPolicy": ["Orphan", "Delete"],
    "resyncInterval": ["0s", "1h30m", "1d"],
}
_SOURCES: Final[list[Document]] = [
    {"secretRef": {"name": "given", "key": "token"}},
    {"secretRef": {"name": "harbour-access-token", "key": "token"}},
    {"tokenRef": _REF},
    {"tokenRef": {"name": "harbour"}},
    {"login": {}},
    {"appCredentials": {}},
    {"appCredentials": {"form": "ClientCredentials"}},
    {"systemUser": {"systemUserId": "61", "tokenRef": _REF}},
    {"systemUser": {"systemUserId": "61", "tokenRef": _REF, "expiring": True}, "login": {}},
    {},
]
_TOKEN: Final = _spec(
    {"appRef": {"name": "acme"}, "type": "Page", "pageId": "108", "from": _SOURCES[0]},
    {
        **_COMMON,
        "type": ["Page", "Page", "User", "App", "Client", "SystemUser"],
        "from": _SOURCES,
        "pageId": ["108", "108", None, "x"],
        "provider": ["Facebook", "Instagram"],
        "businessId": ["55"],
        "scopes": [["pages_messaging"], [], ["a", "a"]],
        "secretName": ["given", "other"],
    },
)
_MENUS: Final = [
    [],
    [menu()],
    [menu(button(), link())],
    [menu(locale="pt_PT")],
    [menu(), menu()],
    [menu(link(webviewHeightRatio="tall"), composerInputDisabled=True)],
    [menu(button(url="https://a.example"))],
]
_BREAKERS: Final = [[], [ice_breakers(4)], [ice_breakers(5)], [ice_breakers(1, locale="de_DE")]]
_HOSTS: Final = st.lists(
    st.builds(
        "https://{}{}{}{}".format,
        st.sampled_from(["", "", "", "me@", "me:secret@"]),
        st.sampled_from(
            ["a.example", "shop", "localhost", "10.0.0.1", "[::1]", "x.local", "X.LOCALHOST", "a.b.c", "9.a"]
        ),
        st.sampled_from(["", "", ":8443"]),
        st.sampled_from(["", "/", "/a.b", "?a.b", "#a.b", "/10.0.0.1"]),
    ),
    max_size=2,
)
_PROFILE: Final = st.builds(
    lambda profile, domains: {**profile, **({"whitelistedDomains": domains} if domains else {})},
    _spec(
        {},
        {**{name: [value, {}] for name, value in STARTED.items()}, "persistentMenu": _MENUS, "iceBreakers": _BREAKERS},
    ),
    _HOSTS,
)
_PLUGINS: Final = [[], [{"name": "a"}], [{"name": "a"}, {"name": "a"}], [{"name": "a", "config": {"b": [1]}}]]
_PAGE: Final = st.builds(
    lambda spec, profile: {**spec, "profile": profile},
    _spec(
        {"appRef": {"name": "acme"}, "pageId": "108"},
        {
            **_COMMON,
            "pageId": ["108", "108", 108],
            "subscribedFields": [["messages"], ["messages", "message_edit"], ["messages", "messages"], ["brand_new"]],
            "plugins": _PLUGINS,
        },
    ),
    _PROFILE,
)
_INSTAGRAM: Final = _spec(
    {"appRef": {"name": "acme"}, "accountId": "178"},
    {
        **_COMMON,
        "pageRef": [_REF],
        "tokenRef": [_REF],
        "subscribedFields": [["messages"], ["message_edits"], ["comments"]],
        "profile": [{}, *({"persistentMenu": one} for one in _MENUS), *({"iceBreakers": one} for one in _BREAKERS)],
    },
)
_SUBSCRIPTION: Final = _spec(
    {"appRef": {"name": "acme"}, "object": "page", "callbackURL": "https://a.example/", "fields": ["messages"]},
    {
        **_COMMON,
        "object": ["page", "instagram"],
        "fields": [["messages"], ["message_edit"], ["message_edits"], [], ["feed", "comments"]],
        "includeValues": [True, "yes"],
    },
)
_APP: Final = _spec(
    {"appId": "99"},
    {**_COMMON, "appSecretRefs": [[REF], [REF, REF], []], "graphVersion": ["v25.0", "v25", "25.0"]},
)

NEAR: Final = st.one_of(
    _TOKEN.map(lambda spec: document("AccessToken", spec)),
    _PAGE.map(lambda spec: document("MessengerPage", spec)),
    _INSTAGRAM.map(lambda spec: document("InstagramAccount", spec)),
    _SUBSCRIPTION.map(lambda spec: document("WebhookSubscription", spec)),
    _APP.map(lambda spec: document("MessengerApp", spec)),
)
"""Documents of any kind; about half of them are good."""
