"""What the proof of dashboards and alerts runs beside Pagewire: Prometheus, Alertmanager, a Collector, Jaeger, a linter."""
