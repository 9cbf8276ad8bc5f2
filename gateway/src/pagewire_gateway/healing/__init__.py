"""Finding what no webhook brought, and putting it where it belongs."""
