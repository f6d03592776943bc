"""The world of the tests has a row of every model, so that a new model is watched from its first day."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db import models

from portal.accounts.tenancy import OWN_APPS, all_practices, undeclared
from portal.accounts.tenancy import table as tenancy_table
from tests.world import ROWS, TECHNICAL, World, fingerprint, labels_of_practices, make_world


def lacking(labels: Iterable[str]) -> list[str]:
    return [f"{label} has no line in tests/world/rows.py: ROWS" for label in labels if label not in ROWS]


def test_every_model_of_a_practice_has_a_factory() -> None:
    assert lacking(labels_of_practices()) == []
    assert sorted(ROWS) == labels_of_practices()


def test_a_model_without_a_factory_is_named() -> None:
    assert lacking(["clients.Client", "clients.Diary"]) == ["clients.Diary has no line in tests/world/rows.py: ROWS"]


def test_every_model_says_where_its_practice_is() -> None:
    assert undeclared() == []
    own = {model._meta.label for name in OWN_APPS for model in apps.get_app_config(name).get_models()}
    everyone = sorted(label for label, tenancy in tenancy_table().items() if label in own and tenancy.path is None)
    assert everyone == [
        "accounts.Device", "accounts.Passkey", "accounts.RateLimit", "accounts.User", "clients.Heartbeat",
        "clients.SignInCode",
    ]  # fmt: skip


@pytest.mark.django_db
def test_two_worlds_share_no_row_and_every_text_holds_its_canary() -> None:
    here, there = make_world("here", "canarya"), make_world("there", "canaryb")
    before = fingerprint(there)
    for label in labels_of_practices():
        rows = [_row(world, label) for world in (here, there)]
        assert rows[0].pk != rows[1].pk, label
        path = tenancy_table()[label].path
        model = apps.get_model(label)
        with all_practices():
            assert model._default_manager.filter(**{path or "": here.practice.pk}).filter(pk=rows[0].pk).exists(), label
        for column in model._meta.concrete_fields:
            is_text = isinstance(column, models.CharField | models.TextField) and not column.choices
            if is_text and column.editable and column.name not in TECHNICAL:
                assert "canarya" in str(getattr(rows[0], column.name)).lower(), f"{label}.{column.name}"
    assert fingerprint(there) == before
    with all_practices():
        type(there.client).objects.filter(pk=there.client.pk).update(problem="touched")
    assert fingerprint(there) != before


def _row(world: World, label: str) -> models.Model:
    row: models.Model = world.rows[label]
    return row
