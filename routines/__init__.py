"""What can be exercised, how it moves, how much of it."""
