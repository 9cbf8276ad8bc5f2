"""Restate: an engine of durable execution, and in front of it a thin receiver, for it has no ingress for Meta's webhooks."""
