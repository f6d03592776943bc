"""The pages on which its owners keep the practice: people, hours, colours, and the way to everything else."""
