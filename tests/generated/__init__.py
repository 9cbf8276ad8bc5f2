"""Files that code writes: `python -m tests.generated` writes them, `--check` tells which are stale.

One line in `registry.py` for each.
"""
