"""Where signing secrets and tokens come from. They are read for each request, so a rotated one works at once.

Whoever may write a Page's resource chooses the sink's address. So a config can only name secrets that were set aside for
this plugin, and files only of its own namespace; nothing else of the gateway's environment or disk can be sent out.
"""

import os
from collections.abc import Mapping
from pathlib import Path

COMMON_VARIABLE = "PAGEWIRE_PLUGIN_SECRETS"
COMMON_FOLDER = "/var/run/secrets/pagewire-plugins"
"""Where the gateway looks for every plugin's, and the chart puts them."""
PLUGIN = "crm-sync"
FOLDER_VARIABLE = "PAGEWIRE_CRM_SYNC_SECRETS"
DEFAULT_FOLDER = "/var/run/secrets/pagewire-crm-sync"
VARIABLE_PREFIX = "PAGEWIRE_CRM_"
_LONGEST = 4096


class SecretMissing(Exception):
    """A secret the config names cannot be read. The message names it and holds nothing of its value."""


class Secrets:
    """Reads secrets of this plugin.

    Args:
        environ: the environment; the process's own by default.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ

    def path(self, namespace: str, file: str) -> Path:
        """Where a file of a namespace is: in the folder of this plugin alone if it is there, else in that of all plugins."""
        own = Path(self._environ.get(FOLDER_VARIABLE, DEFAULT_FOLDER)) / namespace / file
        common = Path(self._environ.get(COMMON_VARIABLE, COMMON_FOLDER)) / namespace / PLUGIN / file
        return own if own.exists() else common

    def read(self, namespace: str, variable: str | None, file: str | None) -> str | None:
        """The secret's text without white space around it; ``None`` if the config names none.

        Args:
            namespace: of the account.
            variable: name of an environment variable.
            file: name of a file in the namespace's folder.

        Raises:
            SecretMissing: it is not there, empty, too long or no text.
        """
        if variable is not None:
            found = self._environ.get(variable, "").strip()
            if not found:
                raise SecretMissing(f"environment variable {variable} is not set")
            return found
        return None if file is None else self._read_file(self.path(namespace, file))

    def _read_file(self, path: Path) -> str:
        try:
            with path.open(encoding="utf-8") as stream:
                found = stream.read(_LONGEST + 1)
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"file {path} cannot be read: {type(error).__name__}") from error
        if not found.strip() or len(found) > _LONGEST:
            raise SecretMissing(f"file {path} is empty or longer than {_LONGEST} characters")
        return found.strip()


def bearer(token: str | None) -> dict[str, str]:
    """The header for a bearer token; none without a token.

    Raises:
        SecretMissing: it cannot stand in a header.
    """
    if token is None:
        return {}
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise SecretMissing("the bearer token must be one word of ASCII characters")
    return {"authorization": f"Bearer {token}"}
