"""What people and the gate run from a checkout; nothing of this ships."""
