"""``python -m pagewire.simulator``: the same as ``pagewire simulate``."""

from pagewire.simulator.cli import simulate

if __name__ == "__main__":
    simulate()
