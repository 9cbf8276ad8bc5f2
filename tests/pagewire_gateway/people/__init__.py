"""Tests of who people are and how they are forgotten."""
