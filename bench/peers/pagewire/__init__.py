"""Pagewire itself, as one process on SQLite."""
