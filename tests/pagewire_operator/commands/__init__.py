"""The commands the operator adds to `pagewire`."""
