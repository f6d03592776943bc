"""What practitioners and rules decided, in the client's words."""

from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Assignment, Decision

NEWS_FOR = timedelta(days=7)  # until the next week of the plan may have its word


def name_at_first(language: str) -> str:
    """Return the name of a plan that is written from nothing, in the language of the client who will read it."""
    with translation.override(language):
        return _("Home exercises")


def walk_name(language: str) -> str:
    """Return the name of a walking goal, in the language of the client who will read it."""
    with translation.override(language):
        return _("Walking")


def week_news(assignment: Assignment, *, now: datetime) -> str:
    """Return what came of the plan's last full week, in the client's words; "" where nothing did."""
    told = Decision.objects.filter(
        assignment=assignment,
        moment_key__startswith="week:",
        state__in=[Decision.State.APPLIED, Decision.State.ACCEPTED],
        decided_at__range=(now - NEWS_FOR, now),
    )
    row = told.select_related("rule").order_by("-decided_at").first()
    return client_sentence(row) if row is not None else ""


def client_sentence(decision: Decision) -> str:
    """Return the client's sentence: the rule's own words; of a gate or a lane, the product's.

    Words of the shipped rules are translated; what a practice wrote is told as it was written.
    """
    if decision.rule is not None and decision.outcome["action"] != "rest_plan":
        return _(str(decision.rule.document["client_text"]))
    outcome = decision.outcome
    if outcome["action"] == "left_out":
        return _("“%(part)s” was left out today.") % {"part": outcome["part"]}
    words = {
        "rest_plan": _("Your plan rests during the flare-up. Keep gently active."),
        "resume_at": _("Welcome back. Start at about three quarters of where you were."),
        "lane": _("You did the gentler session. That counts."),
    }
    return words.get(outcome["action"], "")
