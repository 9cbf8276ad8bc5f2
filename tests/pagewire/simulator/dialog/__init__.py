"""The login dialogs."""
