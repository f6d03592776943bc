"""Pure mappings of given objects to bytes or dictionaries for the outside."""
