"""pagewire.kube, against a real API server wherever one can show it."""
