"""``pagewire top``: what a gateway is at, as it happens.

`figures` turns answers of the admin port into numbers, `drawing` numbers into what is seen, `keys` reads the keyboard, and
`command` puts them together.
"""

from pagewire_gateway.cli.top.command import top

__all__ = ["top"]
