"""Who may reach the admin port, and what they may do there."""
