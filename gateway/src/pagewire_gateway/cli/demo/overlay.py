"""The demo's own copy of the manifests, with the addresses of this run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from pagewire.terminal.exits import CommandError, Exit

EXAMPLES: Final = Path("deploy/examples")
PACKAGED: Final = Path(__file__).parent / "examples"
_ACCOUNTS: Final = {"MessengerPage": ("page", "pageId"), "InstagramAccount": ("instagram", "accountId")}

Document = dict[str, Any]


def find_manifests(named: Path | None) -> Path:
    """The folder that was named, else ./deploy/examples, else the copy that is installed with the gateway."""
    if named is not None:
        return named
    return EXAMPLES if EXAMPLES.is_dir() else PACKAGED


def read(folder: Path) -> list[Document]:
    """Every document of the folder, in the order of the files.

    Raises:
        CommandError: there is none, or a file is not YAML.
    """
    try:
        found = [document for path in sorted(folder.glob("*.y*ml")) for document in _documents(path)]
    except (OSError, yaml.YAMLError) as error:
        raise CommandError(
            f"{folder} cannot be read: {error}", "`pagewire doctor --manifests DIR` says more."
        ) from error
    if not found:
        raise CommandError(f"{folder} holds no manifests", "Name a folder with --manifests DIR.", Exit.NOT_FOUND)
    return found


def accounts(documents: list[Document]) -> dict[str, str]:
    """The first account of each object: object to id."""
    found: dict[str, str] = {}
    for document in documents:
        object_, field = _ACCOUNTS.get(str(document.get("kind")), ("", ""))
        if object_ and object_ not in found:
            found[object_] = str(document["spec"][field])
    return found


def plugins(documents: list[Document]) -> set[str]:
    """Names of all plugins that the accounts use."""
    used = [one for document in documents for one in document.get("spec", {}).get("plugins", ())]
    return {str(one["name"]) for one in used}


def webhooks(documents: list[Document]) -> list[str]:
    """Where on the public port the webhooks of each app come in."""
    apps = [document["metadata"] for document in documents if document.get("kind") == "MessengerApp"]
    return [f"/webhooks/{app.get('namespace', 'default')}/{app['name']}" for app in apps]


def write(documents: list[Document], folder: Path, crm_url: str) -> None:
    """Write a copy in which crm-sync sends to `crm_url`."""
    folder.mkdir(mode=0o700)
    for document in documents:
        for use in (document.get("spec") or {}).get("plugins") or []:
            if use.get("name") == "crm-sync":
                use["config"] = {**(use.get("config") or {}), "url": crm_url}
    (folder / "all.yaml").write_text(
        yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )


def _documents(path: Path) -> Iterator[Document]:
    with path.open(encoding="utf-8") as file:
        yield from (document for document in yaml.safe_load_all(file) if isinstance(document, dict))
