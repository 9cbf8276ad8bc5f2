"""A plugin without a gateway."""
