"""Files of other projects that judge the chart: OpenAPI documents and CRDs, from their published Go modules, by checksum."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tools.charting.programs import HERE
from tools.kubernetes.go import environment, find_go

SUMS: Final = {
    ("k8s.io/kubernetes", "1.31.14"): "h1:UtjLfqvXLuSVDdJ4+NpQCIfFkKkLnAAVmxAEMsnkhjk=",
    ("k8s.io/kubernetes", "1.34.4"): "h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk=",
    ("k8s.io/kubernetes", "1.37.2"): "h1:A2VDEiObzkYqFTKhSsn0ZEb0RlLEXpHWj93gi2HqEwE=",
    ("github.com/compose-spec/compose-go/v2", "2.16.2"): "h1:pTp1DqQwJzFd85GzlWsSszKA1ABrV/ySqsClujIcWA8=",
    ("sigs.k8s.io/kwok", "0.8.0"): "h1:OTIOTwgROqPMovcTwxICx2eYQ4AwLpSx5EpjbDKF4SQ=",
    ("sigs.k8s.io/gateway-api", "1.4.1"): "h1:NPxFutNkKNa8UfLd2CMlEuhIPMQgDQ6DXNKG9sHbJU8=",
    ("github.com/kedacore/keda/v2", "2.21.0"): "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
    ("github.com/prometheus-operator/prometheus-operator", "0.85.0"): "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
    ("github.com/external-secrets/external-secrets", "1.3.2"): "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
}
"""What Go's own checksum of each module has to be."""


def folder(module: str, version: str) -> Path:
    """Where the module's files are, fetched if they are not there yet.

    Args:
        module: such as ``k8s.io/kubernetes``.
        version: one of those in `SUMS`.

    Raises:
        SystemExit: it could not be fetched, or is not what it was.
    """
    known = SUMS[module, version]
    go = [str(find_go()), "mod", "download", "-json", f"{module}@v{version}"]
    # Outside any module of ours; a release that wants a newer Go to be built is read all the same.
    flags = {**environment(), "GOFLAGS": "-mod=mod"}
    ended = subprocess.run(go, cwd=HERE.parent, env=flags, check=False, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(ended.stdout or "{}")
    if told.get("Sum") != known or "Dir" not in told:
        sys.exit(f"{module} {version} was not fetched, or is not what it was: {told.get('Error') or told.get('Sum')}")
    return Path(told["Dir"])
