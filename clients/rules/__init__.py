"""The arithmetic of home exercise: values in, values out. No Django, no clock, no settings."""
