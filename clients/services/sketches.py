"""Drafts of plans: kept as they were typed, and gone once the plan is given."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from clients.access import check_can_treat
from clients.models import Client, PlanSketch
from portal.accounts import audit
from portal.accounts.models import User

NOT_KEPT = re.compile(r"csrfmiddlewaretoken|do|find-.*")  # of the page, not of the plan


@transaction.atomic
def keep_sketch(client: Client, *, by: User, values: Mapping[str, Sequence[str]], now: datetime) -> PlanSketch:
    """Return the person's draft for the client, with what was typed in place of what it held. Raises NotAllowed."""
    check_can_treat(by, client)
    typed = {name: list(texts) for name, texts in values.items() if not NOT_KEPT.fullmatch(name)}
    sketch, _is_new = PlanSketch.objects.update_or_create(
        client=client, author=by, defaults={"values": typed, "saved_at": now}
    )
    audit.record("kept_draft", sketch, by=by, practice=client.practice_id)
    return sketch


def drop_sketch(client: Client, *, by: User) -> None:
    """Forget the person's draft for the client; without one nothing happens."""
    PlanSketch.objects.filter(client=client, author=by).delete()
