"""Delivery bodies into items and events."""
