"""Every call of the Graph client against the simulator, by subject."""
