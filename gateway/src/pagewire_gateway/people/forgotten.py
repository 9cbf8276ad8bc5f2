"""Who must not be brought back by what is said of them."""

import apsw

from pagewire.people import ScopedId
from pagewire_gateway.people import identities, requests
from pagewire_gateway.people.keyed import Keyed
from pagewire_gateway.people.links import KEY

FORGOTTEN = "this person asked to be forgotten"


def forgotten(db: apsw.Connection, keyed: Keyed, *people: ScopedId) -> bool:
    """Whether one of them asked to be forgotten and was not heard of since. Keys of other systems are nobody."""
    return any(
        identities.of(db, who) is None and requests.forgotten_until(db, keyed.of(who)) > 0
        for who in people
        if who.object != KEY
    )
