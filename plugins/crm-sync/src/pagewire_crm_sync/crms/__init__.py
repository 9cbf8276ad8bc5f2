"""Systems that have an API of their own: one module a system for its talk, one beside it for what its answers mean."""
