"""Writes one structured JSON line for every event, text redacted by default."""

from pagewire_logging.config import Config
from pagewire_logging.line import SCHEMA, Line
from pagewire_logging.plugin import Logging

__all__ = ["SCHEMA", "Config", "Line", "Logging"]
