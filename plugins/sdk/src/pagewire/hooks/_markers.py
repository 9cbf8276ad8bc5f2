"""How a hook is declared and implemented."""

import pluggy

API_CHANGES = {
    1: "Events, replies, `before_send`, `on_refused`, `on_delivered`, the life of a plugin, people.",
    2: "Contexts offer `store`, `account_store`, `http`, `secret` and `tracer`; nothing of 1 changed.",
}
"""What each version of the contract between gateway and plugins brought."""

API_VERSION = max(API_CHANGES)
"""The newest; a plugin may state the one it was written for as ``api_version``, which is 1 if it does not."""

API_VERSIONS = tuple(range(max(1, API_VERSION - 2), API_VERSION + 1))
"""Those that are spoken: what a version takes away, the two after it still take."""

ENTRY_POINT_GROUP = "pagewire"

hookspec = pluggy.HookspecMarker("pagewire")
hookimpl = pluggy.HookimplMarker("pagewire")
