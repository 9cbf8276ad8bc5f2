"""The parts of a gateway, wired by hand: what a process has once, what each journal has, and what all of them have together."""
