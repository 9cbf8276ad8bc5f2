"""Sending spans and metrics away: all that needs OpenTelemetry's SDK. `setting_up` alone is imported without it."""
