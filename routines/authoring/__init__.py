"""What an author is told about an exercise while writing it. Pure: no Django, no clock."""
