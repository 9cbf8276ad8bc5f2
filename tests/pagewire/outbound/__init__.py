"""Tests of where requests may go."""
