"""The source of Grafana's dashboard linter as it can be built here: without two files that need modules under the AGPL.

Left out are dashboards of the schema v2 and LogQL, neither of which Pagewire has; decision notes tell why.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools.kubernetes.go import environment, find_go

_MODULE: Final = "github.com/grafana/dashboard-linter"
_SUM: Final = "h1:VV2GAwqCgY1VavwYD+Cw/tAeVXgFJxSIZnkEwgGUzJU="
"""What go.sum would hold, had the module not to be changed."""


def prepare(module: Path, folder: Path, version: str) -> Path:
    """Lay our main program and the linter's source beside each other, and return the folder to build in.

    Raises:
        SystemExit: the module is not the one that was pinned.
    """
    source, main = folder / "dashboard-linter", folder / "linter-source"
    for old in (source, main):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(_downloaded(module, version), source, ignore=shutil.ignore_patterns("*_test.go", "testdata"))
    subprocess.run(["chmod", "-R", "u+w", str(source)], check=True)
    for path in module.glob("left_out/*.go"):
        shutil.copy(path, source / "lint" / path.name)
    shutil.copytree(module, main, ignore=shutil.ignore_patterns("left_out"))
    return main


def _downloaded(module: Path, version: str) -> Path:
    command = [str(find_go()), "mod", "download", "-json", f"{_MODULE}@v{version}"]
    done = subprocess.run(
        command, cwd=module.parent, env={**environment(), "GOFLAGS": "-mod=mod"}, check=True, stdout=subprocess.PIPE
    )
    told = json.loads(done.stdout)
    if told["Sum"] != _SUM:
        sys.exit(f"{_MODULE} {version} is not what was pinned: it has {told['Sum']}, and {_SUM} is expected")
    return Path(told["Dir"])
