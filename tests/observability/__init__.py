"""Dashboards, alerts and runbooks: that they are true, and the proof of it on a running system."""
