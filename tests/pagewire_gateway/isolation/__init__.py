"""Plugins that harm the others."""
