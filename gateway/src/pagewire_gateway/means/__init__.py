"""What contexts offer plugins besides what they know: a store, HTTP, secrets and spans."""
