"""A folder is followed while it changes: nothing is dropped, nothing is half seen."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from pagewire_gateway.registry import ManifestErrors, ManifestRegistry, Severity
from pagewire_gateway.registry.following import Following
from tests.permissions import as_nobody

APP = """\
apiVersion: v1
kind: Secret
metadata: {name: acme-app, namespace: support}
stringData: {app-secret: s3cr3t, verify-token: letmein}
---
apiVersion: pagewire.dev/v1alpha1
kind: MessengerApp
metadata: {name: acme, namespace: support}
spec: {appId: "990000000000001", appSecretRefs: [{name: acme-app, key: app-secret}]}
"""

PAGE = """\
apiVersion: pagewire.dev/v1alpha1
kind: MessengerPage
metadata: {name: NAME, namespace: support}
spec:
  appRef: {name: acme}
  pageId: "ID"
  plugins: [{name: PLUGIN}]
"""

SPARE = "apiVersion: v1\nkind: Secret\nmetadata: {name: spare}\n"


def page(name: str = "harbour", id_: str = "1", plugin: str = "logging") -> str:
    return PAGE.replace("NAME", name).replace("ID", id_).replace("PLUGIN", plugin)


def plugin_of(registry: ManifestRegistry, id_: str = "1") -> str | None:
    account = registry.account("page", id_)
    return account.plugins[0].name if account else None


def errors(registry: ManifestRegistry) -> list[str]:
    return [str(problem) for problem in registry.problems() if problem.severity is Severity.ERROR]


async def until(registry: ManifestRegistry, holds: Callable[[], bool]) -> None:
    """Wait from change to change; the test's own time-out is the limit."""
    since = 0
    while not holds():
        since = await registry.changed(since)


@pytest.fixture
async def registry(tmp_path: Path) -> AsyncIterator[ManifestRegistry]:
    """Follows `tmp_path`, read again only on demand."""
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "page.yaml").write_text(page())
    registry = ManifestRegistry(tmp_path, poll_seconds=3600)
    await registry.start(strict=True)
    yield registry
    await registry.aclose()


@pytest.fixture
async def watching(tmp_path: Path) -> AsyncIterator[ManifestRegistry]:
    """Follows `tmp_path` by itself."""
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "page.yaml").write_text(page())
    registry = ManifestRegistry(tmp_path, poll_seconds=0.01)
    await registry.start()
    yield registry
    await registry.aclose()


async def test_a_change_is_seen_without_asking(watching: ManifestRegistry, tmp_path: Path):
    (tmp_path / "page.yaml").write_text(page(plugin="auto-reply"))
    await until(watching, lambda: plugin_of(watching) == "auto-reply")


async def test_a_file_renamed_into_place_is_seen(watching: ManifestRegistry, tmp_path: Path):
    (tmp_path / ".page.yaml.swp").write_text(page(plugin="auto-reply"))
    (tmp_path / ".page.yaml.swp").rename(tmp_path / "page.yaml")
    await until(watching, lambda: plugin_of(watching) == "auto-reply")


async def test_new_and_removed_files_are_seen(watching: ManifestRegistry, tmp_path: Path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "quay.yml").write_text(page("quay", "2"))
    await until(watching, lambda: plugin_of(watching, "2") == "logging")
    (tmp_path / "page.yaml").unlink()
    await until(watching, lambda: watching.account("page", "1") is None)
    assert plugin_of(watching, "2") == "logging"


async def test_a_config_map_swap_is_seen_whole(tmp_path: Path):
    """As the kubelet does it: a new folder, a new link beside ``..data``, renamed over it."""

    def mount(version: str, plugin: str) -> None:
        data = tmp_path / f"..{version}"
        data.mkdir()
        (data / "app.yaml").write_text(APP)
        (data / "page.yaml").write_text(page(plugin=plugin))
        (tmp_path / "..data_tmp").symlink_to(data.name)
        (tmp_path / "..data_tmp").rename(tmp_path / "..data")

    mount("one", "logging")
    for name in ("app.yaml", "page.yaml"):
        (tmp_path / name).symlink_to(f"..data/{name}")
    registry = ManifestRegistry(tmp_path, poll_seconds=0.01)
    await registry.start(strict=True)
    app = registry.app("support", "acme")
    mount("two", "auto-reply")
    await until(registry, lambda: plugin_of(registry) == "auto-reply")
    assert registry.app("support", "acme") is app
    assert registry.problems()[0].severity is Severity.WARNING
    await registry.aclose()


def test_a_file_is_left_alone_until_it_rests(tmp_path: Path):
    """Two looks must find the same, or somebody is still writing."""
    file = tmp_path / "page.yaml"
    file.write_text(page())
    following = Following(tmp_path, 10_000)
    following.look(patient=False)

    def seen() -> list[str]:
        return sorted(following.look(patient=True).accounts["page"])

    file.write_text("")
    assert seen() == ["1"]
    file.write_text(page(id_="2"))
    assert seen() == ["1"]
    assert seen() == ["2"]
    file.unlink()
    assert seen() == ["2"]
    file.write_text(page(id_="3"))
    assert seen() == ["2"]
    assert seen() == ["3"]
    file.unlink()
    assert seen() == ["3"]
    assert seen() == []


async def test_a_half_written_file_keeps_what_it_said_and_is_read_again(registry: ManifestRegistry, tmp_path: Path):
    before = registry.account("page", "1")
    (tmp_path / "page.yaml").write_text(page(plugin="auto-reply")[:-12])
    await registry.reload()
    assert registry.account("page", "1") is before
    assert errors(registry) == [
        "page.yaml document 1 line 8: not YAML: while parsing a flow mapping, did not find expected ',' or '}'"
    ]
    (tmp_path / "page.yaml").write_text(page(plugin="auto-reply"))
    await registry.reload()
    assert plugin_of(registry) == "auto-reply"
    assert errors(registry) == []


async def test_a_file_with_a_broken_document_serves_its_others_anew(registry: ManifestRegistry, tmp_path: Path):
    (tmp_path / "page.yaml").write_text("\n---\n".join([page(), page("quay", "2")]))
    await registry.reload()
    (tmp_path / "page.yaml").write_text("\n---\n".join(["broken: [", page("quay", "2", "auto-reply")]))
    await registry.reload()
    assert (plugin_of(registry, "1"), plugin_of(registry, "2")) == ("logging", "auto-reply")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff", "page.yaml line 1: not UTF-8; save the file as UTF-8"),
        (b"#" * 10_001, "page.yaml: larger than 10,000 bytes; split it into several files"),
    ],
)
async def test_a_file_that_cannot_be_read_keeps_what_it_said(tmp_path: Path, raw: bytes, said: str):
    (tmp_path / "page.yaml").write_text(page())
    registry = ManifestRegistry(tmp_path, max_file_bytes=10_000)
    await registry.reload()
    (tmp_path / "page.yaml").write_bytes(raw)
    await registry.reload()
    assert plugin_of(registry) == "logging"
    assert said in errors(registry)


async def test_a_folder_that_goes_away_for_a_while_keeps_what_it_said(registry: ManifestRegistry, tmp_path: Path):
    tmp_path.rename(tmp_path.with_name("away"))
    await registry.reload()
    assert plugin_of(registry) == "logging"
    assert errors(registry) == ["the folder cannot be read: No such file or directory"]
    tmp_path.with_name("away").rename(tmp_path)
    await registry.reload()
    assert errors(registry) == []


async def test_a_folder_may_come_later(tmp_path: Path):
    registry = ManifestRegistry(tmp_path / "late", poll_seconds=0.01)
    await registry.start()
    assert list(registry.accounts()) == []
    (tmp_path / "late").mkdir()
    (tmp_path / "late" / "page.yaml").write_text(page())
    await until(registry, lambda: plugin_of(registry) == "logging")
    await registry.aclose()


async def test_an_empty_folder_is_told(tmp_path: Path):
    registry = ManifestRegistry(tmp_path)
    await registry.reload()
    assert [str(problem) for problem in registry.problems()] == [
        f"{tmp_path} holds no *.yaml, *.yml, *.json: nothing is served"
    ]


async def test_a_strict_start_tells_everything_that_is_wrong(tmp_path: Path):
    (tmp_path / "app.yaml").write_text(APP.replace("app-secret}]", "app-secrt}]"))
    (tmp_path / "page.yaml").write_text("\n---\n".join([page().replace("spec:", "spce:"), page("quay", "x"), "b: ["]))
    registry = ManifestRegistry(tmp_path)
    with pytest.raises(ManifestErrors) as refusal:
        await registry.start(strict=True)
    assert str(refusal.value).splitlines() == [
        f"4 problems in {tmp_path}:",
        (
            "  app.yaml document 2 (MessengerApp support/acme) line 6: spec.appSecretRefs[0]: "
            "Secret support/acme-app has no text under key app-secrt"
        ),
        "  page.yaml document 1 (MessengerPage support/harbour) line 4: spce: unknown field; did you mean spec?",
        (
            "  page.yaml document 2 (MessengerPage support/quay) line 15: spec.pageId: "
            'expected the id as Meta shows it: digits, in quotes, as in "108000000000001"'
        ),
        "  page.yaml document 3 line 20: not YAML: while parsing a flow node, did not find expected node content",
    ]
    assert len(refusal.value.problems) == 4


async def test_a_start_that_is_not_strict_serves_what_is_right(tmp_path: Path):
    (tmp_path / "app.yaml").write_text(APP)
    (tmp_path / "page.yaml").write_text("\n---\n".join([page().replace("spec:", "spce:"), page("quay", "2")]))
    registry = ManifestRegistry(tmp_path)
    await registry.start()
    assert [account.name for account in registry.accounts()] == ["quay"]
    await registry.aclose()


async def test_a_resource_told_twice_counts_once(registry: ManifestRegistry, tmp_path: Path):
    (tmp_path / "zebra.yaml").write_text(SPARE + "---\n" + page(plugin="auto-reply"))
    await registry.reload()
    assert plugin_of(registry) == "logging"
    assert errors(registry) == [
        (
            "zebra.yaml document 2 (MessengerPage support/harbour) line 5: "
            "metadata.name: told a second time; the one in page.yaml document 1 counts"
        )
    ]
    (tmp_path / "page.yaml").unlink()
    await registry.reload()
    assert plugin_of(registry) == "auto-reply"
    assert errors(registry) == []
    (tmp_path / "page.yaml").write_text(page(plugin="crm-sync"))
    await registry.reload()
    assert plugin_of(registry) == "crm-sync"


async def test_a_resource_told_twice_in_one_file_counts_once(registry: ManifestRegistry, tmp_path: Path):
    (tmp_path / "page.yaml").write_text("\n---\n".join([page(), page(plugin="auto-reply")]))
    await registry.reload()
    assert plugin_of(registry) == "logging"
    (tmp_path / "page.yaml").write_text("\n---\n".join([SPARE, page(plugin="auto-reply")]))
    await registry.reload()
    assert plugin_of(registry) == "auto-reply"
    assert errors(registry) == []


async def test_moving_down_a_file_is_no_change(registry: ManifestRegistry, tmp_path: Path):
    before, revision = registry.account("page", "1"), registry.revision
    (tmp_path / "page.yaml").write_text("# a remark\n\n---\n" + page())
    await registry.reload()
    assert registry.account("page", "1") is before
    (warning,) = registry.problems()
    assert warning.place.line == 4
    assert registry.revision == revision + 1


async def test_a_resource_may_move_to_another_file(registry: ManifestRegistry, tmp_path: Path):
    before = registry.account("page", "1")
    (tmp_path / "page.yaml").rename(tmp_path / "another.yaml")
    await registry.reload()
    assert registry.account("page", "1") is before


async def test_an_id_never_goes_missing_while_two_pages_change_places(registry: ManifestRegistry, tmp_path: Path):
    """The swap is one step: a reader in another thread never sees an id without its account."""
    (tmp_path / "quay.yaml").write_text(page("quay", "2"))
    await registry.reload()
    missing: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            missing.extend(id_ for id_ in ("1", "2") if registry.account("page", id_) is None)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for turn in range(20):
            one, two = ("1", "2") if turn % 2 else ("2", "1")
            (tmp_path / "page.yaml").write_text(page("harbour", one))
            (tmp_path / "quay.yaml").write_text(page("quay", two))
            await registry.reload()
    finally:
        done.set()
        reader.join()
    assert missing == []


async def test_reloads_at_the_same_time_do_not_mix(registry: ManifestRegistry, tmp_path: Path):
    (tmp_path / "page.yaml").write_text(page(plugin="auto-reply"))
    revisions = await asyncio.gather(*(registry.reload() for _ in range(10)))
    assert plugin_of(registry) == "auto-reply"
    assert max(revisions) == registry.revision == 2


async def test_problems_are_logged_when_they_come_and_not_again(
    registry: ManifestRegistry, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.clear()
    (tmp_path / "page.yaml").write_text("b: [")
    await registry.reload()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    (tmp_path / "app.yaml").write_text(APP + "# more")
    await registry.reload()
    assert len(caplog.records) == 1


async def test_a_file_without_permission_keeps_what_it_said_until_it_may_be_read():
    with as_nobody() as folder:
        (folder / "app.yaml").write_text(APP)
        (folder / "page.yaml").write_text(page())
        registry = ManifestRegistry(folder, poll_seconds=3600)
        await registry.start(strict=True)
        (folder / "page.yaml").write_text(page(plugin="auto-reply"))
        (folder / "page.yaml").chmod(0)
        await registry.reload()
        assert plugin_of(registry) == "logging"
        (folder / "page.yaml").chmod(0o600)
        await registry.reload()
        assert plugin_of(registry) == "auto-reply"
        await registry.aclose()
