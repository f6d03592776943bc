"""Tools without a domain word. They import nothing of the rooms."""
