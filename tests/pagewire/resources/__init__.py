"""The resources of group pagewire.dev."""
