"""``pagewire doctor``: is everything as it should be, and if not, what to do.

`machine`, `resources`, `running` and `meta` look; `finding` is what they say; `command` puts it in order.
"""

from pagewire_gateway.cli.doctor.command import doctor

__all__ = ["doctor"]
