"""What Pagewire's programs tell about themselves: metrics, and traces across processes."""
