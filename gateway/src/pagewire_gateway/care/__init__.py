"""What plugins are told besides events: which accounts they serve, and the question how they are."""
