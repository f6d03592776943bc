"""The floor: practices, people, roles, tenancy, audit. Imports nothing of the rooms above."""
