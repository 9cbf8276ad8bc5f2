"""What a Page costs: at most 1 KB, with a token of its own; and one that changes costs the others nothing."""

import gc
import json
import tracemalloc
from pathlib import Path
from typing import Any

from pagewire_gateway.registry.following import Following
from pagewire_gateway.registry.store import Snapshot
from tests.pagewire_gateway.registry.alone import alone

IN_A_FILE = 625
FEW, MANY = 5 * IN_A_FILE, 10 * IN_A_FILE
"""What one more Page costs, so that what is there once counts for nothing. Tables grow by doubling: a sixteenth of the
100,000 Pages that the promise is made for fills them as much."""


def documents(number: int) -> list[dict[str, Any]]:
    def document(kind: str, name: str, spec: dict[str, Any], api: str = "pagewire.dev/v1alpha1") -> dict[str, Any]:
        return {"apiVersion": api, "kind": kind, "metadata": {"name": name, "namespace": "support"}, **spec}

    name, id_ = f"page-{number}", str(108_000_000_000_000 + number)
    source = {"secretRef": {"name": f"{name}-token", "key": "token"}}
    config = {"rules": [{"when": {"text": "hours"}, "reply": {"text": "9 to 5"}}]}
    plugins = [{"name": "logging"}, {"name": "auto-reply", "config": config}]
    app = {"name": "acme"}
    return [
        document("Secret", f"{name}-token", {"stringData": {"token": f"EAA{number:0197}"}}, "v1"),
        document("AccessToken", name, {"spec": {"appRef": app, "type": "Page", "pageId": id_, "from": source}}),
        document(
            "MessengerPage",
            name,
            {"spec": {"appRef": app, "pageId": id_, "tokenRef": {"name": name}, "plugins": plugins}},
        ),
    ]


def write(folder: Path, first: int, **change: Any) -> None:
    items = [one for number in range(first, first + IN_A_FILE) for one in documents(number)]
    items[-1]["spec"].update(change)
    (folder / f"pages-{first:06}.json").write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": items}))


def weighed(folder: Path, pages: int) -> tuple[Snapshot, Following, int]:
    """The registry of that many Pages, and the bytes it takes."""
    for first in range(0, pages, IN_A_FILE):
        write(folder, first)
    following = Following(folder, 2**24)
    tracemalloc.start()
    try:
        snapshot = following.look(patient=False)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return snapshot, following, taken


def with_app(folder: Path) -> Path:
    app = {
        "apiVersion": "pagewire.dev/v1alpha1",
        "kind": "MessengerApp",
        "metadata": {"name": "acme", "namespace": "support"},
    }
    (folder / "app.json").write_text(json.dumps({**app, "spec": {"appId": "990000000000001"}}))
    return folder


def taken(folder: str, pages: str) -> int:
    """The bytes alone, for a process of its own."""
    return weighed(with_app(Path(folder)), int(pages))[2]


def test_a_page_with_its_token_takes_at_most_a_kilobyte(tmp_path: Path):
    few = alone(taken, str(tmp_path), str(FEW))
    assert (alone(taken, str(tmp_path), str(MANY)) - few) / (MANY - FEW) <= 1024


def test_a_page_that_changes_leaves_the_others_as_they_are(tmp_path: Path):
    snapshot, following, _ = weighed(with_app(tmp_path), IN_A_FILE)
    pages = snapshot.accounts["page"]
    assert len(pages) == IN_A_FILE
    assert not any(page.closed for page in pages.values())
    write(tmp_path, 0, plugins=[])
    after = following.look(patient=False).accounts["page"]
    changed = [id_ for id_, page in after.items() if page is not pages[id_]]
    assert changed == [str(108_000_000_000_000 + IN_A_FILE - 1)]
