"""What a destination on the network says no with."""


class SinkError(Exception):
    """The destination did not take the lines.

    Args:
        reason: one sentence for people, what to do included; no secrets and nothing of the lines.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
