"""The calls of `pagewire.graph.GraphClient`, by what they are about."""
