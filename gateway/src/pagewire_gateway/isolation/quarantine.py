"""Plugins that get nothing more until a person releases them. Survives a restart: what hangs the program would hang it again."""

import logging
from pathlib import Path
from threading import Lock
from typing import Final, Protocol
from weakref import WeakSet

import msgspec

log = logging.getLogger(__name__)

NAME: Final = "quarantine.json"
_read = msgspec.json.Decoder(dict[str, str])


class Listener(Protocol):
    """Stops handing work to a plugin."""

    def quarantined(self, plugin: str) -> None:
        """A plugin gets nothing more from now on; called from any thread, so it only sets a flag."""


class Quarantine:
    """Which plugins are held, and why.

    Args:
        folder: where ``quarantine.json`` lies.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._lock = Lock()
        self._listeners: WeakSet[Listener] = WeakSet()
        self.reasons: dict[str, str] = self._load()
        """Why, by plugin."""

    def listen(self, listener: Listener) -> None:
        """Be told of every plugin that is put in, and of those that are in."""
        with self._lock:
            self._listeners.add(listener)
        for plugin in self.reasons:
            listener.quarantined(plugin)

    def put(self, plugin: str, reason: str) -> None:
        """Hold a plugin; from any thread, as the event loop may be kept by the plugin itself."""
        with self._lock:
            is_new = plugin not in self.reasons
            if is_new:
                self.reasons[plugin] = reason
                self._save()
            listeners = list(self._listeners)
        for listener in listeners:
            listener.quarantined(plugin)
        if is_new:
            log.error(
                "plugin %s is in quarantine: %s; `pagewire plugins --resume %s` releases it", plugin, reason, plugin
            )

    def release(self, plugin: str) -> None:
        """Let it go."""
        with self._lock:
            if self.reasons.pop(plugin, None) is not None:
                self._save()
                log.warning("plugin %s is released from quarantine", plugin)

    def _load(self) -> dict[str, str]:
        try:
            return _read.decode(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError) as error:
            log.warning("%s cannot be read (%s): nobody is in quarantine", self._path, type(error).__name__)
            return {}

    def _save(self) -> None:
        part = self._path.with_suffix(".part")
        try:
            part.write_bytes(msgspec.json.encode(self.reasons))
            part.replace(self._path)
        except OSError as error:
            log.warning(
                "%s cannot be written (%s): quarantine lasts until the gateway stops", self._path, error.strerror
            )
