"""``pagewire demo``: a whole gateway with Meta played on this machine, and a conversation to watch.

`stage` starts everything, `script` says what people write, `watch` collects what happens, `transcript` shows it, and `verdict`
says what is missing.
"""

from pagewire_gateway.cli.demo.command import demo

__all__ = ["demo"]
