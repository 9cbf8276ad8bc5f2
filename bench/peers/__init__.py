"""Pagewire beside its peers: the same signed load against each, in one run. ``python -m bench.peers``."""
