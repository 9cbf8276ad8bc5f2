"""Fuzzing: everything that strangers hand in, and the admin API. ``make fuzz`` counts; `make test` plays a little of it."""
