"""Public clients that nobody here wrote, pinned, in the user's cache: what they send has to work on the simulator."""
