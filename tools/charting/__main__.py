"""``python -m tools.charting [NAME ...]``: build what judges the chart and is not there yet; Helm alone without a name."""

import sys

from tools.charting.programs import program

if __name__ == "__main__":
    for name in sys.argv[1:] or ["helm"]:
        program(name)
