"""``python -m tools.kubernetes [NAME ...]``: build what the tests need and is not there yet; ``make kube`` does it."""

import sys

from tools.kubernetes.build import build_missing

if __name__ == "__main__":
    build_missing(sys.argv[1:])
