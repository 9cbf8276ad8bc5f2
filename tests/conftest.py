"""Fixtures that every test may ask for, and what holds for all of them."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.kube.fixtures"]

# How long one example takes says how busy the machine is, and nothing of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
