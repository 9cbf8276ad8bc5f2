"""What a Page and an Instagram account have in common: a token, subscribed fields and a profile."""
