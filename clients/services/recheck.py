"""Looking at running plans again when something to watch for was added to a client."""

from collections.abc import Collection, Iterable
from datetime import datetime

from clients.analytics.cautions import cautions_for, swaps_for
from clients.models import Alert, Assignment, Client, PrescribedItem
from clients.rules import contraindications as rules
from clients.rules.contraindications import Caution
from clients.services.alerts import raise_alert
from routines.library.starter import vocabulary

RUNNING = (Assignment.State.ACTIVE, Assignment.State.PAUSED)
LEVEL = {"block": Alert.Level.SAME_DAY, "avoid": Alert.Level.SOON}  # what only asks or adapts waits in the list


def recheck_plans(client: Client, *, added: Collection[str], now: datetime) -> list[Alert]:
    """Return the alerts raised because a running plan does not suit the added tags; no plan is changed.

    One for each plan and tag, naming the exercises; one for a tag with which nothing may start. Runs in the
    transaction that changes the tags, which the client has already.
    """
    raised = [
        raise_alert(
            client,
            "tag_blocks",
            level=Alert.Level.SAME_DAY,
            subject_key=_key("block", caution.tag, now),
            detail={"tag": _words(caution.tag)},
            now=now,
        )
        for caution in rules.for_client(client.tags)
        if caution.tag in added
    ]
    plans = Assignment.objects.filter(client=client, state__in=RUNNING).select_related("current_version", "routine")
    for plan in plans:
        for tag, found in _against(plan, client, added).items():
            worst = min(found, key=lambda entry: rules.LEVELS.index(entry[1].level))[1]
            raised.append(
                raise_alert(
                    client,
                    "tag_added",
                    level=LEVEL.get(worst.level, Alert.Level.ROUTINE),
                    subject_key=_key(str(plan.pk), tag, now),
                    detail={
                        "tag": _words(tag),
                        "plan": plan.name,
                        "what": ", ".join(dict.fromkeys(name for name, _ in found)),
                        "assignment": plan.pk,
                    },
                    now=now,
                )
            )
    return raised


def _against(plan: Assignment, client: Client, added: Collection[str]) -> dict[str, list[tuple[str, Caution]]]:
    """What the added tags say against one plan, unanswered: tag -> (name of the exercise or routine, caution)."""
    items = list(PrescribedItem.objects.filter(version=plan.current_version_id).select_related("exercise_version"))
    swaps = swaps_for([item.exercise_version.exercise_id for item in items], client.tags)
    found: dict[str, list[tuple[str, Caution]]] = {}
    for item in items:
        content = item.exercise_version.content
        cautions = cautions_for(content, item.opted_in, client.tags, swaps=swaps)
        _sort(found, content.name, rules.unsettled(cautions, rules.answers_from(item.cautions)), added)
    if plan.routine is not None and plan.current_version is not None:
        not_for = plan.routine.document.get("not_for_tags") or ()
        cautions = rules.for_routine(plan.routine.slug, not_for, client.tags)
        answered = rules.answers_from(plan.current_version.cautions)
        _sort(found, plan.routine.name, rules.unsettled(cautions, answered), added)
    return found


def _sort(
    found: dict[str, list[tuple[str, Caution]]], name: str, cautions: Iterable[Caution], added: Collection[str]
) -> None:
    for caution in cautions:
        if caution.tag in added:
            found.setdefault(caution.tag, []).append((name, caution))


def _words(tag: str) -> str:
    return vocabulary().tags.get(tag, tag)


def _key(about: str, tag: str, now: datetime) -> str:
    """The same tag, taken off and set again, is another occasion."""
    return f"tag:{now:%y%m%d%H%M%S}:{about}:{tag}"[:64]
