"""What contexts offer."""
