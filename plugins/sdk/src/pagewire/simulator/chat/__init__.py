"""The chat page: a person in a browser plays the customer and watches both directions of the wire."""
