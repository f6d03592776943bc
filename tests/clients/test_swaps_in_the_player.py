"""What the player offers instead of an exercise: only what suits this client without a further look."""

import pytest

from clients.analytics.plans import prescribed_for
from clients.exports.opened import opened_bundle
from clients.models import Client
from tests.clients.conftest import NOW, TODAY
from tests.clients.plans import begin, exercise_version, give_plan

pytestmark = pytest.mark.django_db


def easier_of(client: Client, *slugs: str) -> list[str | None]:
    """The easier form that the player offers for each exercise of a plan."""
    for slug in ("single-knee-to-chest", "prone-lying-rest"):
        exercise_version(slug)
    plan = give_plan(client, *slugs, starts_on=TODAY)
    session = begin(plan, now=NOW)
    bundle = opened_bundle(session, prescribed_for(session), [], name=plan.name, now=NOW)
    return [item["easier"] and item["easier"]["exercise"] for item in bundle["items"]]


@pytest.mark.parametrize(
    ("given", "tags", "offered"),
    [
        pytest.param("knee-squeezes", [], "single-knee-to-chest", id="nothing speaks against it"),
        pytest.param("knee-squeezes", ["pregnancy"], "single-knee-to-chest", id="a tag that says nothing to it"),
        pytest.param("knee-squeezes", ["hip_replacement"], None, id="only after a look"),
        pytest.param("prone-on-elbows", ["pregnancy"], None, id="to be avoided"),
    ],
)
def test_an_easier_form_is_offered_where_no_tag_of_the_client_speaks_against_it(
    carl: Client, in_riverside: None, given: str, tags: list[str], offered: str | None
) -> None:
    carl.tags = tags
    carl.save()
    assert easier_of(carl, given) == [offered]


def test_what_the_plan_gives_by_itself_was_looked_at_and_may_stand_in(carl: Client, in_riverside: None) -> None:
    carl.tags = ["hip_replacement"]
    carl.save()
    assert easier_of(carl, "knee-squeezes", "single-knee-to-chest")[0] == "single-knee-to-chest"
