"""Every figure we claim, as a command: `python -m bench.NAME`."""

import os

# The sinks that plugins speak to here are on this machine.
os.environ.setdefault("PAGEWIRE_PRIVATE_ADDRESSES", "127.0.0.0/8,::1")
