"""Open files: each connection is one, and without any the journal and the Graph client could not go on either."""

import sys

if sys.platform != "win32":
    import resource

_WANTED = 65_536
RESERVED = 512
"""Files for everything but the connections of the public port."""


def raise_limit() -> int:
    """Have as many open files as this process is allowed, up to 65,536; returns how many those are."""
    if sys.platform == "win32":
        return _WANTED
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        return most
    return _WANTED if soft == resource.RLIM_INFINITY else soft


def connections(wanted: int, files: int) -> int:
    """Connections that may be open, out of those wanted, with so many files; at least one."""
    return max(1, min(wanted, (files - RESERVED) * 4 // 5))
