"""Pictures of the console for the manual, taken of a gateway at work: ``python -m tests.screenshots``."""
