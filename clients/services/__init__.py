"""Every write of the clients' room. Order inside: allowed, valid, change, record."""
