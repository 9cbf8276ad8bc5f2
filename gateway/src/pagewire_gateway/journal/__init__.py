"""The durable log of events, the lanes through it, and the outbox rows that settling stores."""
