"""The practitioner's own pages inside the admin site."""
