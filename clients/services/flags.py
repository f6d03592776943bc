"""Marking flags as seen, and the numbers of the rules behind them: a practice's own, and those of one client."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from clients.access import check_can_treat
from clients.analytics.lately import flag_settings, lately_of
from clients.errors import Invalid, NotAllowed
from clients.models import Client, ClientFlagRules, FlagRules, FlagSeen
from clients.rules.flag_settings import BY_KEY, RULES
from clients.rules.flags import BY_ALERT
from portal.accounts import audit
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of
from portal.lib.rows import lock

Wanted = Mapping[str, Mapping[str, int | bool]]  # by key of the rule: "on" and its numbers
Kept = dict[str, dict[str, int | bool]]

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


def set_flag_rules(practice: Practice, *, wanted: Wanted, by: User) -> FlagRules:
    """Return the rules in force from now on; all that is not wanted is as by default.

    Raises NotAllowed for others than owners, and Invalid naming `<rule>.<number>` with what it may be.
    """
    if Role.OWNER not in roles_of(by):
        raise NotAllowed(_("The flag rules of the practice are set by its owners."))
    asked = _checked(wanted)
    kept: Kept = {
        rule.key: {"on": True, **{name: number.default for name, number in rule.numbers.items()}} for rule in RULES
    }
    for key, values in asked.items():
        kept[key] |= values
    with transaction.atomic():
        rules: FlagRules = FlagRules.objects.create(practice=practice, rules=kept, created_by=by)
        audit.record("set_flag_rules", rules, by=by, practice=practice)
    return rules


def set_client_flag_rules(client: Client, *, wanted: Wanted, by: User) -> ClientFlagRules | None:
    """Return what counts for this one client from now on, None where it is in force already.

    All that is not wanted is as the practice has it, now and when the practice changes it. Raises NotAllowed, and
    Invalid naming `<rule>.<number>` with what it may be.
    """
    check_can_treat(by, client)
    kept = _checked(wanted)
    with transaction.atomic():
        lock(client)  # two at once: the second sees what the first has set
        current = ClientFlagRules.objects.filter(client=client).first()
        if kept == (current.rules if current else {}):
            return None
        rules: ClientFlagRules = ClientFlagRules.objects.create(client=client, rules=kept, created_by=by)
        audit.record("set_client_flag_rules", rules, by=by, practice=client.practice_id, detail={"rules": sorted(kept)})
    return rules


def _checked(wanted: Wanted) -> Kept:
    """Return what is wanted, rules without anything left out; a rule that is always on stays so.

    Raises Invalid naming `<rule>.<number>`.
    """
    errors: dict[str, str] = {}
    kept: Kept = {}
    for rule in RULES:
        own = wanted.get(rule.key, {})
        values: dict[str, int | bool] = {}
        if rule.may_be_off and "on" in own:
            values["on"] = bool(own["on"])
        for name, number in rule.numbers.items():
            if name not in own:
                continue
            value = own[name]
            if isinstance(value, bool) or not number.lowest <= value <= number.highest:
                errors[f"{rule.key}.{name}"] = _("Choose a number from %(lowest)d to %(highest)d.") % {
                    "lowest": number.lowest,
                    "highest": number.highest,
                }
            values[name] = value
        if values:
            kept[rule.key] = values
    for key in wanted.keys() - BY_KEY.keys():
        errors[key] = _("This rule does not exist. Load the page again.")
    if errors:
        raise Invalid(errors)
    return kept
