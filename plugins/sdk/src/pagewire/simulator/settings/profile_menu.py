"""One item of a persistent menu (graph.md 7). Pure."""

from __future__ import annotations

from typing import Any

from pagewire.simulator.shape import need, one_of, text, url

_HEIGHTS = frozenset({"compact", "tall", "full"})
_KEYS = {
    "postback": frozenset({"type", "title", "payload"}),
    "web_url": frozenset(
        {"type", "title", "url", "webview_height_ratio", "messenger_extensions", "fallback_url", "webview_share_button"}
    ),
}
_INSTAGRAM_KEYS = {"postback": _KEYS["postback"], "web_url": frozenset({"type", "title", "url"})}


def check_menu_item(item: dict[str, Any], path: str, *, instagram: bool) -> None:
    """Check an item of ``call_to_actions``.

    Raises:
        Refused: 100; nested menus and every other type are an "Invalid button type".
    """
    kind = item.get("type")
    need(isinstance(kind, str) and kind in _KEYS, "Invalid button type")
    keys = (_INSTAGRAM_KEYS if instagram else _KEYS)[str(kind)]
    strange = ", ".join(key for key in item if key not in keys)
    need(not strange, f'Invalid keys "{strange}" were found in param "{path}".')
    text(item, "title", 30, path)
    if kind == "postback":
        text(item, "payload", 1000, path)
        return
    url(item, "url", path)
    if "webview_height_ratio" in item:
        one_of(item["webview_height_ratio"], _HEIGHTS, f"{path}[webview_height_ratio]")
