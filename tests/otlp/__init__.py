"""An OTLP receiver over real HTTP, for tests of what leaves the programs."""
