"""The brain's tests."""
