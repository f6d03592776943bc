"""Self-care items and articles: short, careful, versioned, and able to stand in a plan."""

import re
from typing import Any

import pytest

from portal.accounts.errors import WrongState
from portal.accounts.tenancy import all_practices
from routines.content import ContentError, parse_exercise
from routines.content.self_care import MAX_WORDS, as_exercise, count_words, parse_self_care, texts_for_clients
from routines.library import starter
from routines.models import Exercise, SelfCareItem, SelfCareVersion
from routines.services.self_care import put_self_care
from routines.timeline import compile as compile_timeline

LIBRARY = starter.library()
ITEMS = {**LIBRARY.self_care, **LIBRARY.articles}
PACK = LIBRARY.self_care["warm-pack"][1]

# clinical.md 1.3
BANNED = re.compile(
    r"\b(cure[ds]?|for good|only way|best way|guaranteed|always works|heal your spine|out of alignment|damaged|"
    r"worn out|bad posture|weak core|crumbling|must never bend|patient)\b",
    re.IGNORECASE,
)


def test_six_measures_and_three_articles_come_with_the_product() -> None:
    assert list(LIBRARY.self_care) == [
        "warm-pack", "warm-bath", "self-acupressure", "break-from-sitting", "comfortable-positions", "keep-going",
    ]  # fmt: skip
    assert list(LIBRARY.articles) == ["keep-moving", "start-early", "positions-and-breaks"]


@pytest.mark.parametrize("slug", list(ITEMS))
def test_each_is_short_calm_and_says_how_sure_it_is(slug: str) -> None:
    item, _ = ITEMS[slug]
    assert 60 <= count_words(item) <= MAX_WORDS
    assert item.text
    assert item.evidence_words
    assert item.reviewed_on is None  # no physiotherapist has reviewed the shipped texts; pages say so
    for text in texts_for_clients(item):
        assert not BANNED.search(text), text
        for sentence in re.split(r"[.:;?!]\s", text):
            assert len(sentence.split()) <= 20, sentence


def test_the_bath_with_its_scent_and_pressing_carry_their_cautions() -> None:
    bath, pressing = LIBRARY.self_care["warm-bath"][0], LIBRARY.self_care["self-acupressure"][0]
    assert any("scented oils" in caution and "asthma" in caution for caution in bath.cautions)
    assert any("blood thinners" in caution for caution in pressing.cautions)
    assert bath.doing is not None
    assert {entry.tag: entry.level for entry in bath.doing.contraindications}["pregnancy"] == "adapt"
    assert pressing.doing is not None
    assert {entry.tag: entry.level for entry in pressing.doing.contraindications}["recent_fracture"] == "avoid"


@pytest.mark.parametrize("slug", list(ITEMS))
def test_each_stands_in_a_plan_with_a_length_that_the_timeline_knows(slug: str) -> None:
    item, document = ITEMS[slug]
    made = as_exercise(document)
    assert made is not None
    assert item.doing is not None
    timeline = compile_timeline(parse_exercise(made, vocabulary=LIBRARY.vocabulary))
    assert timeline.seconds == item.doing.seconds
    assert timeline.units == 1
    longer = compile_timeline(parse_exercise(made), parse_exercise(made).dose.override(duration_s=1200))
    assert longer.seconds == 1200


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"evidence": "magic"}, "evidence: 'magic' is not one of", id="unknown evidence"),
        pytest.param({"reviewed_on": "2026-05-31"}, "belong together", id="reviewed by nobody"),
        pytest.param({"reviewed_on": "May", "reviewed_by": "P"}, "is not a day; write it as", id="no day"),
        pytest.param({"doing": {"seconds": 0}}, "doing.seconds: 0 is out of range", id="no length"),
        pytest.param({"text": [{"heading": "H"}]}, r"text\[0\].paragraphs: is missing", id="no words"),
        pytest.param({"kind": "article", "text": []}, "an article has at least one section", id="an empty article"),
        pytest.param(
            {"text": [{"heading": "H", "paragraphs": ["word " * 99] * 4}]}, "at most 300 are accepted", id="too long"
        ),
    ],
)
def test_what_cannot_be_accepted_is_named_with_its_remedy(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ContentError, match=why):
        parse_self_care({**PACK, **change})


@pytest.mark.django_db
def test_a_changed_item_is_its_next_version_and_the_old_one_never_changes() -> None:
    with all_practices():
        first = put_self_care(None, parse_self_care(PACK), PACK).current_version
        assert first is not None
        item = SelfCareItem.objects.get(slug="warm-pack")
        assert Exercise.objects.get(slug="warm-pack").current_version.number == 1
        changed = {**PACK, "how": "A warm pack in a cloth, for as long as it feels good.", "doing": {"seconds": 600}}
        put_self_care(item, parse_self_care(changed), changed)
        assert [row.number for row in SelfCareVersion.objects.filter(item=item)] == [2, 1]
        first.refresh_from_db()
        assert first.document == PACK
        with pytest.raises(WrongState):
            first.save()
        exercise = Exercise.objects.get(slug="warm-pack")
        assert exercise.current_version.number == 2
        assert exercise.seconds == 600
        unchanged_doing = {**changed, "aim": changed["aim"], "evidence_words": "Other words."}
        put_self_care(item, parse_self_care(unchanged_doing), unchanged_doing)
        exercise.refresh_from_db()
        assert exercise.current_version.number == 2


@pytest.mark.django_db
def test_an_item_that_can_no_longer_be_done_leaves_new_plans() -> None:
    with all_practices():
        item = put_self_care(None, parse_self_care(PACK), PACK)
        only_words = {key: value for key, value in PACK.items() if key != "doing"}
        put_self_care(item, parse_self_care(only_words), only_words)
        assert Exercise.objects.get(slug="warm-pack").state == Exercise.State.WITHDRAWN
