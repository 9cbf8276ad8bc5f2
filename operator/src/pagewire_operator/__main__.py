"""``python -m pagewire_operator``."""

from pagewire_operator.cli import main

main()
