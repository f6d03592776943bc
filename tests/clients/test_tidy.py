"""What has served is forgotten; what still counts stays."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from clients import tasks
from clients.models import SignInCode
from clients.services import sign_in
from portal.accounts import limits
from portal.accounts.models import RateLimit

pytestmark = pytest.mark.django_db


def test_old_codes_counters_and_sessions_go_and_new_ones_stay() -> None:
    now = timezone.now()
    for age in (timedelta(days=2), timedelta(minutes=1)):
        sign_in.ask_for_code("carl@example.org", browser="b", now=now)
        SignInCode.objects.filter(created_at__gte=now - timedelta(seconds=30)).update(created_at=now - age)
        limits.take(f"key {age}", limit=1, per=timedelta(hours=1), now=now - age)
        Session.objects.create(session_key=f"s{age.days}", session_data="", expire_date=now - age + timedelta(days=1))
    tasks.tidy()
    assert (SignInCode.objects.count(), RateLimit.objects.count(), Session.objects.count()) == (1, 1, 1)
    assert Session.objects.get().session_key == "s0"
