"""One suite of behaviour for each port, passed by everything that stands behind it."""
