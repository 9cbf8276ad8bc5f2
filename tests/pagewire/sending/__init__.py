"""Everything that can be said: the table of send features, its limits, and each of its cells against the simulator."""
