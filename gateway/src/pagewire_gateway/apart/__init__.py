"""Plugins in processes of their own: what they do to their event loop, their memory or their process harms nobody else.

The gateway loads such a plugin too, to hold it to the contract, and puts a function that asks the plugin's process in the place
of each of its hooks. So everything that calls hooks goes on as it did. What the context offers is asked of the gateway, over the
same socket.
"""

from pagewire_gateway.apart.host import Host, Limits
from pagewire_gateway.apart.moving import Apart

__all__ = ["Apart", "Host", "Limits"]
