"""Marking flags as seen, and the practice's own numbers for the rules behind them."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.analytics.lately import flag_settings, lately_of
from clients.errors import Invalid, NotAllowed
from clients.models import Client, FlagRules, FlagSeen
from clients.rules.flags import BY_ALERT, BY_KEY, RULES
from portal.accounts import audit
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of

NOTE_LIMIT = FlagSeen._meta.get_field("note").max_length or 0


def mark_seen(client: Client, rule_key: str, *, by: User, now: datetime, note: str = "") -> FlagSeen | None:
    """Hide a flag until the same happens again; return the mark, None where the flag is gone already.

    What it was made of is kept with the mark. Raises NotAllowed, and Invalid for a rule that is not known, for an
    alert (which is cleared on its own page), and for a note that is too long.
    """
    check_can_treat(by, client)
    if rule_key not in BY_KEY:
        raise Invalid({"rule": _("This rule does not exist. Load the page again.")})
    if rule_key in BY_ALERT:
        raise Invalid({"rule": _("An alert ends when it is cleared, on its own page.")})
    said = note.strip()
    if len(said) > NOTE_LIMIT:
        raise Invalid({"note": _("Keep the note below %(limit)d characters.") % {"limit": NOTE_LIMIT}})
    found = lately_of(client, now=now, settings=flag_settings())
    flag = next((flag for flag in found.flags if flag.key == rule_key), None)
    if flag is None:
        return None
    with transaction.atomic():
        mark: FlagSeen = FlagSeen.objects.create(
            client=client,
            rule_key=rule_key,
            on=found.today,
            evidence=list(flag.evidence),
            note=said,
            by=by,
            at=now,
        )
        audit.record("flag_seen", mark, by=by, practice=client.practice_id, detail={"rule": rule_key})
    return mark


def set_flag_rules(practice: Practice, *, wanted: Mapping[str, Mapping[str, int | bool]], by: User) -> FlagRules:
    """Return the rules in force from now on. wanted: by key of the rule, "on" and its numbers; all that is missing is
    as by default.

    Raises NotAllowed for others than owners, and Invalid naming `<rule>.<number>` with what it may be.
    """
    if Role.OWNER not in roles_of(by):
        raise NotAllowed(_("The flag rules of the practice are set by its owners."))
    errors: dict[str, str] = {}
    kept: dict[str, dict[str, int | bool]] = {}
    for rule in RULES:
        own = wanted.get(rule.key, {})
        kept[rule.key] = {"on": bool(own.get("on", True)) or not rule.may_be_off}
        for name, number in rule.numbers.items():
            value = own.get(name, number.default)
            if isinstance(value, bool) or not number.lowest <= value <= number.highest:
                errors[f"{rule.key}.{name}"] = _("Choose a number from %(lowest)d to %(highest)d.") % {
                    "lowest": number.lowest,
                    "highest": number.highest,
                }
            else:
                kept[rule.key][name] = value
    for key in wanted.keys() - BY_KEY.keys():
        errors[key] = _("This rule does not exist. Load the page again.")
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        rules: FlagRules = FlagRules.objects.create(practice=practice, rules=kept, created_by=by)
        audit.record("set_flag_rules", rules, by=by, practice=practice)
    return rules
