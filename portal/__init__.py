"""The roof: settings, URLs, admin site, API root, commands over all rooms."""
