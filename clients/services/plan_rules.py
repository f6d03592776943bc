"""The rules of a plan: copied when it is given, switched by its practitioner. Each switch writes a new version."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.analytics.offers import FLARE_RULE
from clients.analytics.speaking import FIXED_ACTIONS
from clients.errors import Invalid
from clients.models import Assignment, PlanRule
from portal.accounts import audit
from portal.accounts.models import User
from portal.lib.rows import lock
from routines.content import Rule, parse_rule
from routines.library.starter import library


def copy_rules(assignment: Assignment, *, by: User, flare_approved: bool = False) -> None:
    """Copy the rules of the plan's routine and the global ones. Pre-approvals start off.

    flare_approved: the one pre-approval that is asked while a plan is given, the flare lane.
    """
    found = {rule.id: rule for rule in library().global_rules}
    document = assignment.routine.document if assignment.routine is not None else {}
    for key in ("progression", "regression"):
        for written in document.get(key) or ():
            if not isinstance(written, str):
                rule = parse_rule(written)
                found[rule.id] = rule
    PlanRule.objects.bulk_create(
        PlanRule(
            assignment=assignment,
            rule_id=rule.id,
            position=place,
            document=rule.to_document(),
            is_preapproved=flare_approved and rule.id == FLARE_RULE,
            created_by=by,
        )
        for place, rule in enumerate(found.values(), start=1)
    )


def may_switch_off(rule: Rule) -> bool:
    """Whether a practitioner may turn the rule off for a plan."""
    return rule.action not in FIXED_ACTIONS


@transaction.atomic
def switch_rules(assignment: Assignment, *, wanted: Mapping[str, tuple[bool, bool]], by: User) -> list[PlanRule]:
    """Switch rules of the plan; return the versions that were written.

    wanted: rule id -> (on, pre-approved). Rules that are not named stay. Raises NotAllowed, and Invalid for a rule
    that the plan does not have, that always holds, or that has nothing to approve.
    """
    check_can_treat(by, assignment.client)
    lock(assignment)  # two pages that are saved at once write one version after the other
    current = {row.rule_id: row for row in PlanRule.objects.filter(assignment=assignment).in_force()}
    errors: dict[str, str] = {}
    rows: list[PlanRule] = []
    for rule_id, (is_on, is_preapproved) in wanted.items():
        row = current.get(rule_id)
        if row is None:
            errors[rule_id] = _("This plan has no such rule. Load the page again.")
            continue
        rule = row.content
        if not is_on and not may_switch_off(rule):
            errors[rule_id] = _("This rule keeps the client safe and is always on.")
        elif is_preapproved and rule.authorisation != "preapproved":
            errors[rule_id] = _("This rule has nothing to approve beforehand.")
        elif (is_on, is_preapproved) != (row.is_on, row.is_preapproved):
            rows.append(_next(row, is_on=is_on, is_preapproved=is_preapproved, by=by))
    if errors:
        raise Invalid(errors)
    for row in rows:
        row.save()
        detail: dict[str, Any] = {"rule": row.rule_id, "on": row.is_on, "preapproved": row.is_preapproved}
        audit.record("switched_rule", assignment, by=by, practice=assignment.client.practice_id, detail=detail)
    return rows


def _next(row: PlanRule, *, is_on: bool, is_preapproved: bool, by: User) -> PlanRule:
    return PlanRule(
        assignment=row.assignment,
        rule_id=row.rule_id,
        number=row.number + 1,
        position=row.position,
        document=row.document,
        is_on=is_on,
        is_preapproved=is_preapproved,
        created_by=by,
    )
