"""Rows that stay as they were written."""

import re

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from portal.lib.kept import NeverChanged, NeverDeleted

WRITTEN_ONCE = [model for model in apps.get_models() if issubclass(model, NeverChanged)]
KEPT = [model for model in apps.get_models() if issubclass(model, NeverDeleted)]


@pytest.mark.parametrize("model", WRITTEN_ONCE)
def test_a_row_that_is_written_once_says_so_to_whoever_saves_it_again(model: type[NeverChanged]) -> None:
    row = model()
    row._state.adding = False
    with pytest.raises(ValidationError, match=re.escape(str(model.NEVER_CHANGED))):
        row.save()


@pytest.mark.parametrize("model", KEPT)
def test_a_row_that_is_kept_for_good_says_so_to_whoever_deletes_it(model: type[NeverDeleted]) -> None:
    with pytest.raises(ValidationError, match=re.escape(str(model.NEVER_DELETED))):
        model().delete()


def test_what_was_said_signed_or_done_is_among_them() -> None:
    both = {model.__name__ for model in WRITTEN_ONCE} & {model.__name__ for model in KEPT}
    assert {"Event", "Message", "SafetyCheck", "SafetySetup", "CareText", "ClientNote", "FlagSeen"} <= both
