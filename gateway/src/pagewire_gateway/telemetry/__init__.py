"""What the gateway tells about itself: counters kept as plain numbers, read only when somebody asks."""

from pagewire_gateway.telemetry.metrics import METRICS, Counter, Gauge, Histogram, Metric

__all__ = ["METRICS", "Counter", "Gauge", "Histogram", "Metric"]
