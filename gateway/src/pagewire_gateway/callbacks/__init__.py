"""What Meta posts when a person takes an app back, or wants their data deleted (Meta, Data Deletion Callback)."""
