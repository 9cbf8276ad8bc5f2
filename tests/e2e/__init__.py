"""Cluster, operator, gateway and a simulated Meta, as separate processes."""
