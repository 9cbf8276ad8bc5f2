"""The logging plugin: lines, redaction, selection, files."""
