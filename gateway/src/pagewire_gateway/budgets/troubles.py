"""What ails an account."""

from typing import Literal

Trouble = Literal["", "throttled", "token", "config", "network"]
"""Meta counts too many calls, refuses the token, needs a change of settings, or cannot be reached."""
