"""How many examples Hypothesis tries: few enough for every run, more when asked for."""

import os

from hypothesis import HealthCheck, settings

BOUNDED = settings(
    max_examples=int(os.environ.get("PAGEWIRE_EXAMPLES", "150")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
