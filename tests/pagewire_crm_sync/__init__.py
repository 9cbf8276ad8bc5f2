"""crm-sync against a sink that really listens."""
