"""kubectl as a user runs it, also without blocking the event loop of a test."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from tests.kube.servers import program

_SCOPES: Final = {"-n", "--namespace", "-A", "--all-namespaces"}


class KubectlError(RuntimeError):
    """kubectl ended with another code than 0; the text is what it printed."""


class Kubectl:
    """``kubectl`` with a kubeconfig, and with a namespace if one is given. Call it with kubectl's arguments."""

    def __init__(self, kubeconfig: Path, namespace: str | None = None) -> None:
        self.kubeconfig, self.namespace = kubeconfig, namespace
        self.program = program("kubectl")
        """Its path."""

    def __call__(
        self,
        *arguments: str,
        input: str | None = None,  # noqa: A002 - as subprocess.run names it
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run it and return what it printed.

        Args:
            arguments: What stands after ``kubectl``.
            input: For ``-f -``.
            check: Whether a code other than 0 is an error.

        Raises:
            KubectlError: It failed, and ``check`` is set.
        """
        # An empty standard input instead of none: kubectl must never wait for the terminal.
        ended = subprocess.run(
            self._command(arguments),
            input=input or "",
            capture_output=True,
            text=True,
            check=False,
            env=self.environment,
        )
        return _checked(ended) if check else ended

    async def aio(
        self,
        *arguments: str,
        input: str | None = None,  # noqa: A002 - as subprocess.run names it
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """The same while the event loop goes on; cancelling it ends kubectl."""
        command = self._command(arguments)
        pipe = subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=pipe, env=self.environment
        )
        try:
            out, err = await process.communicate((input or "").encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode is not None
        ended = subprocess.CompletedProcess(command, process.returncode, out.decode(), err.decode())
        return _checked(ended) if check else ended

    def apply(self, *sources: str | Path) -> str:
        """``kubectl apply`` of YAML texts, files, folders and bases of kustomize; returns what it printed."""
        return "".join(
            self("apply", "-f", "-", input=source).stdout
            if isinstance(source, str)
            else self("apply", _flag(Path(source)), str(source)).stdout
            for source in sources
        )

    def get(self, *arguments: str) -> Any:
        """``kubectl get ... -o json``, decoded."""
        return json.loads(self("get", *arguments, "-o", "json").stdout)

    def within(self, namespace: str) -> Self:
        """The same hand in a namespace."""
        return type(self)(self.kubeconfig, namespace)

    @property
    def environment(self) -> Mapping[str, str]:
        """Of kubectl and its plugins: nothing of the developer's own clusters, caches and preferences."""
        home = str(self.kubeconfig.parent)
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {
            **os.environ,
            "HOME": home,
            "KUBECONFIG": str(self.kubeconfig),
            "KUBECACHEDIR": f"{home}/cache",
            "PATH": path,
        }

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        own = any(argument.partition("=")[0] in _SCOPES for argument in arguments)
        # At the end, because a plugin's name has to come first.
        scope = ["--namespace", self.namespace] if self.namespace and not own else []
        return [self.program, *arguments, *scope]


def _flag(source: Path) -> str:
    return "-k" if (source / "kustomization.yaml").is_file() else "-f"


def _checked(ended: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    if ended.returncode:
        said = f"{ended.stdout}{ended.stderr}"[-4000:]
        raise KubectlError(f"kubectl {' '.join(ended.args[1:])} ended with {ended.returncode}: {said}")
    return ended
