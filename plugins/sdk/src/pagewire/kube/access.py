"""Where the API server is and how we log in: found by the official ``kubernetes`` package.

Requests themselves go over aiohttp; the official client would cost several times the processor time.
"""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Final

import aiohttp
import yaml
from kubernetes.client import Configuration
from kubernetes.config import (
    ConfigException,
    list_kube_config_contexts,
    load_incluster_config,
    load_kube_config,
)

from .errors import AccessError

_FRESH: Final = 30.0
"""Seconds a token is used before it is asked for again. Those of service accounts rotate each hour."""
_BROKEN: Final = (ConfigException, yaml.YAMLError, OSError, ValueError, TypeError, AttributeError)
"""What the package raises for a file that is none."""
_NAMESPACE_FILE: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")

Load = Callable[[Configuration], None]
Middleware = aiohttp.ClientMiddlewareType


class Access:
    """One cluster, and who we are there.

    Args:
        load: fills a configuration; called again when a token has ended.
        namespace: the one to use where none is named.

    Raises:
        AccessError: the configuration cannot be used.
    """

    def __init__(self, load: Load, namespace: str) -> None:
        self._load, self.namespace = load, namespace
        self._configuration = _filled(load)
        self._authorization = _authorization(self._configuration)
        self._read_at = monotonic()
        self.server = str(self._configuration.host).rstrip("/")
        self._tls = _tls(self._configuration)

    def session(self, agent: str, *middlewares: Middleware) -> aiohttp.ClientSession:
        """A new session that trusts the server and is always logged in. Whoever asks for it closes it.

        Args:
            agent: the ``User-Agent``, as in ``pagewire-operator/1.0``.
            middlewares: called around every request, outermost first.
        """
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ssl=self._tls),
            headers={"User-Agent": agent},
            middlewares=(*middlewares, self._logged_in),
            proxy=self._configuration.proxy or None,
            auto_decompress=True,
        )

    async def _logged_in(
        self,
        request: aiohttp.ClientRequest,
        send: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]],
    ) -> aiohttp.ClientResponse:
        if self._configuration.tls_server_name:
            request.server_hostname = str(self._configuration.tls_server_name)
        if authorization := await self._current():
            request.headers["Authorization"] = authorization
        return await send(request)

    async def _current(self) -> str | None:
        if self._authorization is not None and monotonic() - self._read_at > _FRESH:
            # In a thread: a credential plugin is a program that may take its time.
            self._authorization = await asyncio.to_thread(_authorization, self._configuration)
            self._read_at = monotonic()
        return self._authorization

    async def renew(self) -> None:
        """Log in anew, because the server did not know us.

        Raises:
            AccessError: the configuration cannot be used any more.
        """
        self._configuration = await asyncio.to_thread(_filled, self._load)
        self._authorization = await asyncio.to_thread(_authorization, self._configuration)
        self._read_at = monotonic()


def find_access(
    kubeconfig: Path | None = None, context: str | None = None, environment: Mapping[str, str] | None = None
) -> Access:
    """The cluster to use: the file given, else ``KUBECONFIG``, else the pod's service account, else ``~/.kube/config``.

    Args:
        kubeconfig: a kubeconfig file.
        context: one of its contexts; the current one by default.
        environment: the process's own by default.

    Raises:
        AccessError: there is none, or it cannot be used; the message says what to do.
    """
    variables = os.environ if environment is None else environment
    named = str(kubeconfig) if kubeconfig else variables.get("KUBECONFIG", "")
    if not named and variables.get("KUBERNETES_SERVICE_HOST"):
        return Access(_load_in_cluster, _pod_namespace())
    home = Path("~/.kube/config").expanduser()
    if not named and not home.exists():
        raise AccessError(
            "no cluster is configured: set KUBECONFIG, give --kubeconfig, or run in a pod with a service account"
        )
    return _from_file(named or str(home), context)


def _from_file(file: str, context: str | None) -> Access:
    def load(configuration: Configuration) -> None:
        load_kube_config(file, context, configuration, persist_config=False)  # type: ignore[no-untyped-call]

    return Access(load, _context_namespace(file, context))


def _load_in_cluster(configuration: Configuration) -> None:
    load_incluster_config(configuration)  # type: ignore[no-untyped-call]


def _filled(load: Load) -> Configuration:
    configuration = Configuration()
    try:
        load(configuration)
    except _BROKEN as error:
        raise AccessError(
            f"the cluster's configuration cannot be used: {error}; name another with KUBECONFIG, --kubeconfig or --context"
        ) from error
    return configuration


def _authorization(configuration: Configuration) -> str | None:
    # The package has moved the token from one name to the other; `basic` stands there as well.
    try:
        key = configuration.get_api_key_with_prefix("BearerToken", alias="authorization")
    except _BROKEN as error:  # a pod's token file is empty for a moment while it is renewed
        raise AccessError(f"the cluster's token cannot be read: {error}") from error
    if not key:
        return None
    scheme, _, value = str(key).strip().rpartition(" ")
    return f"{scheme.capitalize() or 'Bearer'} {value}"


def _tls(configuration: Configuration) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=configuration.ssl_ca_cert)
        if configuration.cert_file:
            context.load_cert_chain(configuration.cert_file, configuration.key_file)
    except OSError as error:
        raise AccessError(f"a certificate of the cluster's configuration cannot be read: {error}") from error
    if not configuration.verify_ssl:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _pod_namespace() -> str:
    return _NAMESPACE_FILE.read_text().strip() if _NAMESPACE_FILE.exists() else "default"


def _context_namespace(file: str, context: str | None) -> str:
    try:
        every, current = list_kube_config_contexts(file)  # type: ignore[no-untyped-call]
    except _BROKEN as error:
        raise AccessError(f"{file} cannot be used: {error}") from error
    chosen = next((one for one in every if one["name"] == context), None) if context else current
    if chosen is None:
        raise AccessError(
            f"{file} has no context {context}; it has {', '.join(one['name'] for one in every) or 'none'}"
        )
    return str(chosen["context"].get("namespace") or "default")
