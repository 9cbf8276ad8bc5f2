"""``pagewire support-bundle``: what somebody needs to help, without what nobody else should see."""

from pagewire_gateway.cli.support_bundle.command import support_bundle

__all__ = ["support_bundle"]
