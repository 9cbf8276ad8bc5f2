"""What can be set about the brain, and from where it is read."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from pagewire.resources import parse_duration

__all__ = ["Settings", "read_settings"]

MINUTE: Final = 60.0


class Settings(Struct, frozen=True, kw_only=True):
    """How the brain works; times are in seconds.

    Attributes:
        graph_url: stands for ``https://graph.facebook.com``.
        instagram_graph_url: stands for ``https://graph.instagram.com``.
        instagram_oauth_url: stands for ``https://api.instagram.com``.
        resync: how often drift is looked for where a resource does not say; 0 for never.
        least_resync: the shortest such time a resource may ask for: all of an app share what Meta allows it.
        jitter: share by which this differs from resource to resource, so that they do not come all at once.
        first_retry: pause after the first passing failure, longer than a refused call is held back; it doubles each time.
        longest_retry: the longest such pause.
        probe: how often something is tried again that only a person can mend.
        deletion_timeout: how long a deletion may wait for Meta before the resource is let go.
        profile_pause: shortest time between two looks at a Messenger profile, of which Meta allows few.
    """

    graph_url: str = "https://graph.facebook.com"
    instagram_graph_url: str = "https://graph.instagram.com"
    instagram_oauth_url: str = "https://api.instagram.com"
    resync: float = 10 * MINUTE
    least_resync: float = MINUTE
    jitter: float = 0.2
    first_retry: float = 7.0
    longest_retry: float = 10 * MINUTE
    probe: float = 60 * MINUTE
    deletion_timeout: float = 15 * MINUTE
    profile_pause: float = 4 * MINUTE


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the environment: ``PAGEWIRE_GRAPH_URL`` and its Instagram kin, ``PAGEWIRE_RESYNC``, and so on.

    Args:
        environment: as `os.environ`; what is missing or empty keeps its default.

    Raises:
        ValueError: a time is not a duration as in ``10m``; the message names the variable.
    """
    default = Settings()
    return Settings(
        graph_url=environment.get("PAGEWIRE_GRAPH_URL") or default.graph_url,
        instagram_graph_url=environment.get("PAGEWIRE_INSTAGRAM_GRAPH_URL") or default.instagram_graph_url,
        instagram_oauth_url=environment.get("PAGEWIRE_INSTAGRAM_OAUTH_URL") or default.instagram_oauth_url,
        resync=_seconds(environment, "PAGEWIRE_RESYNC", default.resync),
        least_resync=_seconds(environment, "PAGEWIRE_LEAST_RESYNC", default.least_resync),
        deletion_timeout=_seconds(environment, "PAGEWIRE_DELETION_TIMEOUT", default.deletion_timeout),
        first_retry=_seconds(environment, "PAGEWIRE_GRAPH_FIRST_RETRY", default.first_retry),
        probe=_seconds(environment, "PAGEWIRE_PROBE", default.probe),
        profile_pause=_seconds(environment, "PAGEWIRE_PROFILE_PAUSE", default.profile_pause),
    )


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    if not text:
        return default
    try:
        return parse_duration(text).total_seconds()
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
