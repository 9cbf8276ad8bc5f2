"""The login dialogs of Facebook and Instagram, as a person meets them in the browser (graph.md 3.1, 3.2, 2.7)."""
