"""The call-backs of the public port."""
