"""What processes share through NATS."""
