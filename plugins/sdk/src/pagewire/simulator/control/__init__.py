"""The control API under ``/_control``: what tests, demos and people at a terminal steer the simulator with."""
