"""Tests of what is released, and of what a newer version has to bear from an older one."""
