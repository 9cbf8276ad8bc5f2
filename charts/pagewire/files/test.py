"""What `helm test` runs in a pod: the gateway is ready, and its two ports let in whom they should."""

import os
import sys
import urllib.error
import urllib.request


def status(url: str, token: str = "") -> int:
    """What a GET is answered with."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


PUBLIC, ADMIN, TOKEN = os.environ["PUBLIC"], os.environ["ADMIN"], os.environ["TOKEN"]
EXPECTED = {
    "the gateway is ready": (status(f"{ADMIN}/readyz"), 200),
    "the admin port asks for its token": (status(f"{ADMIN}/api/v1/stats"), 401),
    "the admin port takes its token": (status(f"{ADMIN}/api/v1/stats", TOKEN), 200),
    "the public port knows webhooks of known apps only": (status(f"{PUBLIC}/webhooks/nobody/nothing"), 404),
    "the public port has no admin API": (status(f"{PUBLIC}/api/v1/stats", TOKEN), 404),
}
for what, (found, wanted) in EXPECTED.items():
    print("ok  " if found == wanted else "FAIL", what, "" if found == wanted else f"({found}, not {wanted})")
sys.exit(any(found != wanted for found, wanted in EXPECTED.values()))
