"""What the operator reads from the API server and writes to it, one idea a file."""
