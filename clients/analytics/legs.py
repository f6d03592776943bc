"""Whether a plan reads how the leg is: only then is the client asked."""

from collections.abc import Iterable

from clients.analytics.plans import prescribed_for
from clients.analytics.speaking import rules_in_force
from clients.exports.prescription import Prescribed
from clients.models import Assignment, Session

METRICS = frozenset({"leg_symptoms", "leg_pain"})


def reads_legs(session: Session) -> bool:
    """Whether a rule that is on, or a gate of the session, reads the leg. session.version, .client must be loaded."""
    return reads_legs_in(session.assignment, prescribed_for(session))


def reads_legs_in(assignment: Assignment, prescribed: Iterable[Prescribed]) -> bool:
    """Whether a rule that is on, or a gate of these items, reads the leg."""
    rules = rules_in_force(assignment)
    if any(condition.metric in METRICS for _, rule in rules for condition in rule.when):
        return True
    return any(gate.leg_symptoms for entry in prescribed for gate in entry.timeline.gates.values())
