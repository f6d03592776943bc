"""Finding exercises: what was asked for, in whose words, and how many there are of what."""
