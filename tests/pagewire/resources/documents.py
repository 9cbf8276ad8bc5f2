"""Documents of the five kinds, to be bent by the tests."""

from typing import Any

from pagewire.resources import API_VERSION, InvalidResourceError, decode, problems

Document = dict[str, Any]


def document(kind: str, spec: Document, **metadata: Any) -> Document:
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": "harbour", **metadata}, "spec": spec}


def app(**spec: Any) -> Document:
    return document("MessengerApp", {"appId": "990000000000001", **spec})


def token(**spec: Any) -> Document:
    source = {"secretRef": {"name": "harbour-token", "key": "token"}}
    wanted = {"appRef": {"name": "acme"}, "type": "Page", "pageId": "108000000000001", "from": source, **spec}
    return document("AccessToken", {key: value for key, value in wanted.items() if value is not None})


def subscription(**spec: Any) -> Document:
    wanted = {
        "object": "page",
        "callbackURL": "https://hooks.example.com/webhooks/support/acme",
        "fields": ["messages"],
    }
    return document("WebhookSubscription", {"appRef": {"name": "acme"}, **wanted, **spec})


def page(**spec: Any) -> Document:
    return document("MessengerPage", {"appRef": {"name": "acme"}, "pageId": "108000000000001", **spec})


def instagram(**spec: Any) -> Document:
    wanted = {"appRef": {"name": "acme"}, "accountId": "17841400000000001", "pageRef": {"name": "harbour"}}
    return document("InstagramAccount", {key: value for key, value in {**wanted, **spec}.items() if value is not None})


def wrong(document: Document) -> list[str]:
    """All that is wrong with a document, as a person reads it."""
    try:
        return [str(problem) for problem in problems(decode(document))]
    except InvalidResourceError as error:
        return [str(problem) for problem in error.problems]
