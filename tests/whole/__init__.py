"""The whole product: simulator, gateway process, three plugins, and what comes out of them."""
