"""``python -m pagewire_gateway.cli``: the same as ``pagewire``."""

from pagewire_gateway.cli.root import main

if __name__ == "__main__":
    main()
