"""The machine: cluster in, brain asked, status out; against a real API server wherever one can show it."""
