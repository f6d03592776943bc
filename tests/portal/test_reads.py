"""Who looked at which client is kept: P04 of the safety rules."""

import pytest
from django.urls import reverse

from clients.models import Assignment, AssignmentVersion, Client, Event, Reminder, Session
from portal.accounts.models import AuditEvent
from portal.accounts.tenancy import all_practices
from tests.cast import OWNER, PRACTITIONER, assemble

pytestmark = pytest.mark.django_db


def test_opening_a_client_or_what_belongs_to_one_leaves_an_entry_with_who_and_which() -> None:
    cast = assemble()
    here = cast.here
    pages = {
        reverse("admin:client", args=[here[Client].pk]): here[Client],
        reverse("admin:session", args=[here[Session].pk]): here[Session],
        **{
            reverse(f"admin:clients_{model._meta.model_name}_change", args=[here[model].pk]): here[model]
            for model in (Client, Assignment, AssignmentVersion, Session, Event, Reminder)
        },
    }
    for role in (PRACTITIONER, OWNER):
        for url, row in pages.items():
            with all_practices():
                before = AuditEvent.objects.count()
            answer = cast.browser(role).get(url)
            assert answer.status_code == 200, url
            with all_practices():
                (entry,) = AuditEvent.objects.order_by("-pk")[: AuditEvent.objects.count() - before]
            assert entry.action == "opened", url
            assert (entry.actor, entry.practice) == (cast.people[role], here.practice)
            assert (entry.object_type, entry.object_id) == (row._meta.label_lower, str(row.pk))
            assert entry.request_id == answer.headers["X-Request-Id"]


def test_looking_in_vain_leaves_none() -> None:
    cast = assemble()
    with all_practices():
        before = AuditEvent.objects.count()
    for url in (
        reverse("admin:client", args=[cast.there[Client].pk]),
        reverse("admin:clients_client_change", args=[cast.there[Client].pk]),
    ):
        assert cast.browser(PRACTITIONER).get(url).status_code == 404
    with all_practices():
        assert AuditEvent.objects.count() == before
