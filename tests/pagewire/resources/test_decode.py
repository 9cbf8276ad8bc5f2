"""A document becomes a resource, or every reason why not, each with its field."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagewire.resources import (
    KINDS,
    AccessToken,
    DeletionPolicy,
    InstagramAccount,
    InvalidResourceError,
    ManagementPolicy,
    MessengerApp,
    MessengerPage,
    TokenType,
    WebhookObject,
    WebhookSubscription,
    decode,
    owned_secret,
    problems,
)

from .documents import Document, app, document, instagram, page, subscription, token, wrong


def test_an_app_has_its_defaults():
    found = decode(app())
    assert isinstance(found, MessengerApp)
    assert (found.metadata.namespace, found.spec.graph_version) == ("default", "v25.0")
    assert (found.spec.app_secret_refs, found.spec.verify_token_ref, found.spec.allowed_namespaces) == ([], None, [])
    assert (found.spec.management_policy, found.spec.deletion_policy) == (
        ManagementPolicy.MANAGE,
        DeletionPolicy.ORPHAN,
    )


def test_names_are_camel_case_outside_and_snake_case_inside():
    ref = {"name": "acme-app", "key": "app-secret"}
    found = decode(app(appSecretRefs=[ref], verifyTokenRef=ref, allowedNamespaces=["shop"], clientToken="c0ffee"))
    assert isinstance(found, MessengerApp)
    assert (found.spec.app_secret_refs[0].key, found.spec.allowed_namespaces) == ("app-secret", ["shop"])
    assert msgspec.to_builtins(found)["spec"]["appSecretRefs"] == [ref]


def test_the_source_of_a_token_is_called_from():
    found = decode(token())
    assert isinstance(found, AccessToken)
    assert found.spec.source.secret_ref is not None
    assert (found.spec.type, found.spec.renew_before) == (TokenType.PAGE, "168h")
    assert "from" in msgspec.to_builtins(found)["spec"]


@pytest.mark.parametrize(("spec", "name"), [({}, "harbour-access-token"), ({"secretName": "other"}, "other")])
def test_a_token_knows_the_secret_it_is_kept_in(spec: Document, name: str):
    found = decode(token(**spec))
    assert isinstance(found, AccessToken)
    assert owned_secret(found) == name


def test_the_callback_is_called_callback_url_in_capitals():
    found = decode(subscription())
    assert isinstance(found, WebhookSubscription)
    assert found.spec.object is WebhookObject.PAGE
    assert msgspec.to_builtins(found)["spec"]["callbackURL"].startswith("https://")


@pytest.mark.parametrize("of", [app, token, subscription, page, instagram])
def test_what_is_written_is_read_again(of):
    found = decode(of())
    assert type(found) is KINDS[found.kind]
    assert decode(msgspec.to_builtins(found)) == found
    assert problems(found) == []


def test_metadata_of_a_cluster_is_taken_as_it_is():
    metadata = {"uid": "1", "generation": 3, "managedFields": [{}], "creationTimestamp": "2026-01-01T00:00:00Z"}
    found = decode(document("MessengerPage", page()["spec"], **metadata, annotations={"pagewire.dev/paused": "true"}))
    assert (found.metadata.generation, found.metadata.annotations) == (3, {"pagewire.dev/paused": "true"})


def test_a_status_is_read_with_fields_we_do_not_know():
    condition = {"type": "Ready", "status": "True", "reason": "Reconciled", "observedGeneration": 2, "new": 1}
    found = decode({**page(), "status": {"observedGeneration": 2, "conditions": [condition], "plan": []}})
    assert found.status is not None
    assert found.status.conditions[0].observed_generation == 2


def test_an_id_alone_in_a_resource_is_a_page_or_an_account():
    assert isinstance(decode(page()), MessengerPage)
    assert isinstance(decode(instagram()), InstagramAccount)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({}, ["apiVersion: is missing; write pagewire.dev/v1alpha1"]),
        (
            {**page(), "apiVersion": "pagewire.dev/v1"},
            ["apiVersion: is not a version of pagewire.dev this release knows; write pagewire.dev/v1alpha1"],
        ),
        ({**page(), "kind": "MesengerPage"}, ["kind: pagewire.dev has no such kind; did you mean MessengerPage?"]),
        ({**page(), "kind": ["x"]}, None),
        ({**page(), "specs": {}}, ["specs: unknown field; did you mean spec?"]),
        ({**page(), "metadata": {}}, ["metadata.name: is missing"]),
    ],
)
def test_what_is_wrong_is_told_with_its_field_and_its_remedy(document: Document, said: list[str] | None):
    found = wrong(document)
    assert found == said if said is not None else found[0].startswith("kind: ")


def test_every_unknown_field_is_told_at_once():
    found = wrong(page(pageid="1", tokenref={"name": "x"}, plugins=[{"nam": "x"}, {"name": "y", "confg": {}}]))
    assert found == [
        "spec.pageid: unknown field; did you mean pageId?",
        "spec.tokenref: unknown field; did you mean tokenRef?",
        "spec.plugins[0].nam: unknown field; did you mean name?",
        "spec.plugins[1].confg: unknown field; did you mean config?",
    ]


def test_reading_does_not_change_the_document():
    document = page(pageid="1")
    wrong(document)
    assert document == page(pageid="1")


def test_a_value_in_the_wrong_place_is_not_repeated():
    secret = "EAA/" + "x" * 60
    for bent in (
        page(**{secret: 1}),
        token(type=secret),
        page(pageId=secret),
        page(appRef=secret),
        app(graphVersion=secret),
    ):
        assert secret not in " ".join(wrong(bent))
        assert wrong(bent)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(kind=st.sampled_from(sorted(KINDS)), spec=JSON, metadata=JSON)
def test_any_document_is_read_or_refused(kind: str, spec: object, metadata: object):
    bent = {"apiVersion": "pagewire.dev/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}
    try:
        resource = decode(bent)
    except InvalidResourceError:
        assert wrong(bent)
    else:
        assert decode(msgspec.to_builtins(resource)) == resource


@given(field=st.text(min_size=1), value=JSON)
def test_any_field_of_a_page_is_read_or_refused(field: str, value: object):
    bent = page()
    bent["spec"][field] = value
    for problem in wrong(bent):
        assert problem
