"""What a Page of a cluster costs: at most 1 KB, with a token in a Secret of its own; others' Secrets cost nothing."""

import base64
import gc
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from pagewire.kube import Object
from pagewire_gateway.registry.cluster.mirror import Mirror
from pagewire_gateway.registry.entries import Key
from pagewire_gateway.registry.port import Account
from tests.pagewire_gateway.registry.alone import alone

CHUNK = 625
FEW, MANY = 5 * CHUNK, 10 * CHUNK
"""What one more Page costs; `tests.pagewire_gateway.registry.test_size` tells why so many."""
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

KINDS = ("AccessToken", "MessengerPage", "Secret")


def value(kind: str, number: int) -> tuple[Key, Object]:
    """One object as the API server has it, with everything that must not be kept."""
    name, page = f"page-{number}", str(108_000_000_000_000 + number)
    secret = f"{name}-access-token"
    metadata = {
        "name": secret if kind == "Secret" else name,
        "namespace": "support",
        "creationTimestamp": f"{BEGAN + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}",
        "uid": f"{number:036}",
        "resourceVersion": str(number),
        "managedFields": [{"manager": "kubectl", "fieldsV1": {"f:spec": {f"f:{number}": {}}}}],
    }
    config = {"rules": [{"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}]}
    plugins = [{"name": "logging"}, {"name": "auto-reply", "config": config}]
    app = {"name": "acme"}
    told: dict[str, Object] = {
        "AccessToken": {
            "spec": {"appRef": app, "type": "Page", "pageId": page, "from": {"tokenRef": {"name": "admin"}}},
            "status": {"secretName": secret, "conditions": [{"type": "Ready", "message": f"{number:0100}"}]},
        },
        "MessengerPage": {
            "spec": {"appRef": app, "pageId": page, "tokenRef": {"name": name}, "plugins": plugins},
            "status": {"name": f"{number:0100}"},
        },
        "Secret": {"data": {"token": coded(f"EAA{number:0197}"), "other": coded(f"{number:0500}")}},
    }
    return (kind, "support", metadata["name"]), {"metadata": metadata, **told[kind]}


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def chunks(kind: str, pages: int) -> Iterator[dict[Key, Object]]:
    for first in range(0, pages, CHUNK):
        yield dict(value(kind, number) for number in range(first, first + CHUNK))


def foreign(number: int) -> tuple[Key, Object]:
    name = f"somebody-elses-{number}"
    return ("Secret", "support", name), {
        "metadata": {"namespace": "support", "name": name},
        "data": {"a": coded("b" * 900)},
    }


def weighed(number: int) -> tuple[Mirror, Mapping[str, Account], int]:
    """The mirror of that many Pages, and the bytes that it takes with what it builds."""
    mirror = Mirror()
    metadata = {"namespace": "support", "name": "acme"}
    mirror.take({("MessengerApp", "support", "acme"): {"metadata": metadata, "spec": {"appId": "990000000000001"}}})
    tracemalloc.start()
    try:
        for kind in KINDS:
            for chunk in chunks(kind, number):
                mirror.take(chunk)
        del chunk
        # In proportion, else what they cost would cancel out.
        mirror.take(dict(foreign(each) for each in range(number // 6)))
        pages = mirror.build().accounts["page"]
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return mirror, pages, taken


def taken(pages: str) -> int:
    """The bytes alone, for a process of its own."""
    return weighed(int(pages))[2]


def test_a_page_with_its_token_takes_at_most_a_kilobyte() -> None:
    assert (alone(taken, str(MANY)) - alone(taken, str(FEW))) / (MANY - FEW) <= 1024


def test_one_renewed_token_changes_one_page() -> None:
    mirror, pages, _ = weighed(CHUNK)
    assert len(pages) == CHUNK
    assert not any(page.closed for page in pages.values())
    key, renewed = value("Secret", 17)
    assert mirror.take({key: {**renewed, "data": {"token": coded("EAARENEWED")}}}) == set()
    after = mirror.build().accounts["page"]
    assert [id_ for id_, page in after.items() if page is not pages[id_]] == [str(108_000_000_000_000 + 17)]
