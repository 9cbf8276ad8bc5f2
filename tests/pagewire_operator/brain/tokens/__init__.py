"""AccessToken: the five types, from where they come to how they end."""
