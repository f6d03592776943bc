"""Plans that were given before rules were kept with them get theirs: the global ones and their routine's."""

from django.db import migrations

from routines.content import parse_rule
from routines.library.starter import library

BATCH = 500  # plans at a time
RUNNING = ("active", "paused")


def copy_rules(apps, schema_editor):
    assignments = apps.get_model("clients", "Assignment")._base_manager
    rules = apps.get_model("clients", "PlanRule")
    without = assignments.filter(state__in=RUNNING, rules__isnull=True).select_related("routine").order_by("pk")
    after = 0
    while batch := list(without.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        rules._base_manager.bulk_create(
            rules(
                assignment=plan,
                rule_id=rule.id,
                number=1,
                position=place,
                document=rule.to_document(),
                created_by_id=plan.created_by_id,
            )
            for plan in batch
            for place, rule in enumerate(rules_of(plan.routine), start=1)
        )


def rules_of(routine):
    """Return the rules that a plan of the routine starts with; its own take the place of global ones of that name."""
    found = {rule.id: rule for rule in library().global_rules}
    document = routine.document if routine is not None else {}
    for key in ("progression", "regression"):
        for written in document.get(key) or ():
            if not isinstance(written, str):
                rule = parse_rule(written)
                found[rule.id] = rule
    return found.values()


class Migration(migrations.Migration):
    dependencies = [("clients", "0015_short_form_and_country")]
    operations = [migrations.RunPython(copy_rules, migrations.RunPython.noop, elidable=True)]
