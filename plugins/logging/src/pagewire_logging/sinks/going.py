"""Whether lines may go where a resource says."""

import os

from pagewire.outbound import Forbidden, policy_of
from pagewire_logging.sinks.errors import SinkError


def may_go(endpoint: str | None) -> None:
    """Refuse a private address that nobody allowed; one that the environment names is the operator's own affair.

    Raises:
        SinkError: it is one.
    """
    try:
        if endpoint is not None:
            policy_of(os.environ).check_url(endpoint)
    except Forbidden as error:
        raise SinkError(str(error)) from error
