"""Who people are across accounts, and how they are forgotten."""
