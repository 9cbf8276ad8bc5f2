"""How a hook is declared and implemented."""

import pluggy

API_VERSION = 1
"""Version of the contract between gateway and plugins; a plugin may state the one it was written for as ``api_version``."""

ENTRY_POINT_GROUP = "pagewire"

hookspec = pluggy.HookspecMarker("pagewire")
hookimpl = pluggy.HookimplMarker("pagewire")
