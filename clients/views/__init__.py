"""Pages of the clients' room, by who is looking."""
