"""What only the SQLite journal has to do: its file, its schema, its threads."""
