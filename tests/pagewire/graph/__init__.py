"""The Graph client against servers on loopback."""
