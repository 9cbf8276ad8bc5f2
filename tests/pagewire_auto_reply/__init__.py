"""The auto-reply plugin: rules, hours, words, texts."""
