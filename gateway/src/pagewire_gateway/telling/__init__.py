"""Plugins and replies on their way: asked before a message goes, told what became of it."""
