"""The admin port, asked over HTTP."""
