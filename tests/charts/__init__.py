"""The chart, from the outside: what Helm renders of it, and what a real API server says to that."""
