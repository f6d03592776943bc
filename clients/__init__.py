"""Who exercises, what was assigned, what was done, what to remind."""
