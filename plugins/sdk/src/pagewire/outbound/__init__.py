"""Where requests may go that a resource asks for: to the internet, and to private ones if the operator says so.

Whoever may write a resource of one namespace is not thereby allowed to have the gateway knock at every door of the network it
stands in: the metadata service of a cloud, an admin port on loopback, another team's service.

`pagewire.outbound.backend` holds httpx to it.
"""

from .addresses import VARIABLE, Forbidden, Policy, policy_of

__all__ = ["VARIABLE", "Forbidden", "Policy", "policy_of"]
