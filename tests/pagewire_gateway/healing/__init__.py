"""Tests of healing gaps."""
