"""What an event costs in instructions: repeatable where time is not, so that a change cannot hide in the noise."""
