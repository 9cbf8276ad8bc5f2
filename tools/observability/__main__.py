"""``python -m tools.observability [NAME ...]``: fetch or build what is not there yet; Prometheus and its tools without a name."""

import sys

from tools.observability.programs import FROM_DEBIAN, program

if __name__ == "__main__":
    for name in sys.argv[1:] or FROM_DEBIAN:
        print(program(name))
