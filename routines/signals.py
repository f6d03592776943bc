"""What the library tells other rooms, which know it while it does not know them."""

from django.dispatch import Signal

# Sent in the transaction that withdraws an exercise; arguments: exercise (Exercise), by (User; None: the system).
exercise_withdrawn = Signal()
