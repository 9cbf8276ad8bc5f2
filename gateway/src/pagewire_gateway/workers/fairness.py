"""Which worker should have which partition. Pure: whoever knows the same workers comes to the same answer."""

import hashlib
from collections.abc import Collection


def shares(members: Collection[str], partitions: int) -> dict[int, str]:
    """The worker of each partition: as many for each as can be, and few moves when one comes or goes.

    Every pair of worker and partition has a weight that follows from the two names; the heaviest pairs come first, for as long
    as the worker has room. So most of what a worker has stays with it whoever else is there.
    """
    if not members:
        return {}
    least, more = divmod(partitions, len(members))
    pairs = [(_weight(member, partition), partition, member) for member in members for partition in range(partitions)]
    found: dict[int, str] = {}
    load = dict.fromkeys(members, 0)
    for _, partition, member in sorted(pairs):
        if partition in found or load[member] > least or (load[member] == least and not more):
            continue
        more -= load[member] == least
        load[member] += 1
        found[partition] = member
    return found


def _weight(member: str, partition: int) -> bytes:
    return hashlib.blake2b(f"{member}/{partition}".encode(), digest_size=8).digest()
