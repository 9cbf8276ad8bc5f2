"""Who may do what: people, businesses, system users, what they granted, and the tokens that speak for them."""
