"""What can be set from outside about the machine. The brain reads its own part, see ``brain.settings``."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct


class SettingsError(ValueError):
    """A setting cannot be used; the message names the option or variable and what it takes."""


class Address(Struct, frozen=True):
    """Where a port listens. Port 0 takes a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read ``HOST:PORT``, ``[IPV6]:PORT`` or ``:PORT`` (loopback).

        Raises:
            ValueError: it is none of these.
        """
        host, colon, port = text.rpartition(":")
        if not colon or not port.isdigit() or int(port) > 65_535:
            raise ValueError(f"must look like HOST:PORT, for example 127.0.0.1:8081, not {text!r}")
        return cls(host.strip("[]") or "127.0.0.1", int(port))


class LeaseSettings(Struct, frozen=True, kw_only=True):
    """How replicas agree on the one at work. All times in seconds.

    Attributes:
        enabled: whether there may be others at all.
        name: of the Lease.
        namespace: of the Lease; the pod's own, or the kubeconfig's, by default.
        duration: how long a silent leader stays one.
        renew_deadline: a leader that could not renew for so long ends its process.
        retry: pause between two tries.
    """

    enabled: bool = True
    name: str = "pagewire-operator"
    namespace: str = ""
    duration: float = 15.0
    renew_deadline: float = 10.0
    retry: float = 2.0


class Settings(Struct, frozen=True, kw_only=True):
    """Everything the machine needs to run. All times in seconds.

    Attributes:
        namespaces: the only ones to look at; all if there are none here.
        kubeconfig: file; found as `pagewire.kube.find_access` does by default.
        context: one of its contexts.
        listen: probes and metrics.
        workers: reconciliations at once. Each may wait for Meta, so there are many.
        api_in_flight: requests to the API server at once.
        first_retry: pause after a reconciliation that could not be finished; it doubles each time.
        longest_retry: the longest such pause.
        reconcile_timeout: one reconciliation may not take longer.
        settle: how long a new resource waits for what was applied together with it.
        audit: pause between two comparisons of what the watches told with what a list shows.
        audit_again: the same, after one that found a difference.
        watch_patience: a watch that told nothing for so long although something changed is dead.
        stop_grace: how long running reconciliations may go on after a signal to stop.
    """

    namespaces: tuple[str, ...] = ()
    kubeconfig: Path | None = None
    context: str | None = None
    listen: Address = Address("127.0.0.1", 8081)
    log_format: Literal["text", "json"] = "json"
    lease: LeaseSettings = LeaseSettings()
    workers: int = 64
    api_in_flight: int = 32
    first_retry: float = 0.25
    longest_retry: float = 300.0
    reconcile_timeout: float = 300.0
    settle: float = 0.2
    audit: float = 300.0
    audit_again: float = 10.0
    watch_patience: float = 120.0
    stop_grace: float = 15.0


_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_VARIABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "PAGEWIRE_NAMESPACES": ("namespaces",),
    "PAGEWIRE_LISTEN": ("listen",),
    "PAGEWIRE_LOG_FORMAT": ("log_format",),
    "PAGEWIRE_LEADER_ELECTION": ("lease", "enabled"),
    "PAGEWIRE_LEASE_NAME": ("lease", "name"),
    "PAGEWIRE_LEASE_NAMESPACE": ("lease", "namespace"),
    "PAGEWIRE_LEASE_DURATION": ("lease", "duration"),
    "PAGEWIRE_LEASE_RENEW_DEADLINE": ("lease", "renew_deadline"),
    "PAGEWIRE_LEASE_RETRY": ("lease", "retry"),
    "PAGEWIRE_WORKERS": ("workers",),
    "PAGEWIRE_API_IN_FLIGHT": ("api_in_flight",),
    "PAGEWIRE_FIRST_RETRY": ("first_retry",),
    "PAGEWIRE_LONGEST_RETRY": ("longest_retry",),
    "PAGEWIRE_RECONCILE_TIMEOUT": ("reconcile_timeout",),
    "PAGEWIRE_SETTLE": ("settle",),
    "PAGEWIRE_AUDIT": ("audit",),
    "PAGEWIRE_AUDIT_AGAIN": ("audit_again",),
    "PAGEWIRE_WATCH_PATIENCE": ("watch_patience",),
    "PAGEWIRE_STOP_GRACE": ("stop_grace",),
}
"""Every variable the machine reads, and the setting it is for. Each wait has one, so tests need not sleep."""


def variables() -> tuple[str, ...]:
    """Names of all environment variables."""
    return tuple(_VARIABLES)


def settings(given: Mapping[str, object], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the command line, completed from the environment.

    Args:
        given: fields of `Settings`, of the lease as ``lease.enabled``; None and empty tuples count as not given.
        environment: variables; the process's own by default.

    Raises:
        SettingsError: naming the variable or option that cannot be used.
    """
    variables = os.environ if environment is None else environment
    tree: dict[str, Any] = {}
    for name, path in _VARIABLES.items():
        if value := variables.get(name):
            _put(tree, path, value)
            _read(tree, f"the environment variable {name}")
    for option, chosen in given.items():
        if chosen is not None and chosen != ():
            _put(tree, tuple(option.split(".")), chosen)
    return _checked(_read(tree, "the command line"))


def _put(tree: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *parents, last = path
    for parent in parents:
        tree = tree.setdefault(parent, {})
    tree[last] = value


def _read(tree: Mapping[str, Any], where: str) -> Settings:
    try:
        return msgspec.convert(_split(tree), Settings, strict=False, dec_hook=_hook)
    except (msgspec.ValidationError, ValueError) as error:
        raise SettingsError(f"{where} cannot be used: {error}") from error


def _split(tree: Mapping[str, Any]) -> dict[str, Any]:
    names = tree.get("namespaces")
    split = [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else names
    listen = tree.get("listen")
    address = {"listen": Address.parse(listen)} if isinstance(listen, str) else {}
    return {**tree, **({"namespaces": split} if names else {}), **address}


def _hook(wanted: type, value: object) -> object:
    if wanted is Path:
        return Path(str(value))
    raise NotImplementedError


def _checked(read: Settings) -> Settings:
    lease = read.lease
    if not lease.retry < lease.renew_deadline < lease.duration:
        raise SettingsError(
            "PAGEWIRE_LEASE_RETRY must be less than PAGEWIRE_LEASE_RENEW_DEADLINE, and that less than PAGEWIRE_LEASE_DURATION"
        )
    wrong = [name for name in read.namespaces if not _NAME.fullmatch(name)]
    if wrong:
        raise SettingsError(f"--namespace and PAGEWIRE_NAMESPACES take names of namespaces, not {', '.join(wrong)}")
    if read.workers < 1 or read.api_in_flight < 1:
        raise SettingsError("PAGEWIRE_WORKERS and PAGEWIRE_API_IN_FLIGHT must be at least 1")
    return read
