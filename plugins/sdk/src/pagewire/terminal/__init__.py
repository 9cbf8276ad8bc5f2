"""What all commands share: how they print (`output`), how they end (`exits`), how click calls them (`options`).

Import the modules themselves: `exits` is light, `output` loads rich. Needs the extra `terminal`.
"""
