"""Tells Restate where the handler is: ``python -m bench.peers.restate.register ADMIN HANDLER``; fails until both are up."""

import sys

import httpx


def main() -> int:
    admin, handler = sys.argv[1:3]
    try:
        answer = httpx.post(f"{admin}/deployments", json={"uri": handler, "force": True}, timeout=20)
    except httpx.TransportError:
        return 1
    if answer.is_error:
        sys.stderr.write(f"{answer.status_code} {answer.text}\n")
    return int(answer.is_error)


if __name__ == "__main__":
    sys.exit(main())
