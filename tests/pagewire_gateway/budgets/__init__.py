"""What accounts may ask of Meta."""
