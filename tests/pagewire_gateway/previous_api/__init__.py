"""A plugin as it was written for API 1, before contexts offered anything: frozen.

Never change it; add a folder for the next one.
"""
