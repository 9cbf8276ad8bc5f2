"""A few of the ready-made utility templates that Meta's library offers; their words are invented (outbound.md 2.4)."""

from __future__ import annotations

from pagewire.simulator.utility import Template


def _ready(name: str, body: str, examples: list[str], button: str | None = None) -> Template:
    components: list[dict[str, object]] = [{"type": "BODY", "text": body, "example": {"body_text": [examples]}}]
    if button is not None:
        components.append({"type": "BUTTONS", "buttons": [{"type": "URL", "text": button, "url": ""}]})
    return Template(id=f"lib_{name}", account_id="", name=name, language="en", components=components)


LIBRARY: dict[str, Template] = {
    template.name: template
    for template in (
        _ready("order_shipped", "Your order {{1}} is on its way.", ["A-77"], "Track order"),
        _ready("order_delivered", "Your order {{1}} was delivered.", ["A-77"]),
        _ready("appointment_reminder", "Your appointment is on {{1}} at {{2}}.", ["Monday", "10:30"]),
        _ready("payment_received", "We received your payment of {{1}}. Thank you.", ["25 EUR"], "See receipt"),
    )
}
"""By name."""
