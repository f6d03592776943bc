"""Finding an exercise in people's own words, with filters, the same on both databases."""

from __future__ import annotations

import copy
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Practice, User
from routines.finding.facets import KINDS, NOTHING, count_facets
from routines.finding.finder import PAGE, Wanted, find
from routines.finding.matching import clauses_of
from routines.finding.query import meant_by, read_query, words_to_check
from routines.finding.words import stem
from routines.library import starter
from routines.library.search_words import FILE, parse_search_words, search_words
from routines.models import Exercise, ExerciseVector, ExerciseWord, SearchTerm
from routines.reading import ContentError
from routines.services import copy_exercise, publish_exercise, save_draft, withdraw_exercise
from routines.services.indexing import index_library
from tests.many_exercises import shelve_many
from tests.routines.conftest import document_of

SELF_CARE = 9  # comfort measures and articles, which stand in plans as exercises that need nothing
ALL = 61 + SELF_CARE


@pytest.fixture
def library(whole_library: None, scope: None) -> None:
    """The packaged library, within Riverside."""


def found(user: User, text: str, **wanted: object) -> list[str]:
    """Slugs of the first page, best first."""
    return [row.slug for row in find(user, Wanted(text=text, **wanted)).exercises]


@pytest.mark.parametrize(
    ("text", "among", "never"),
    [
        pytest.param("stiff lower back", {"knee-squeezes", "cat-camel"}, {"chin-tuck", "light-deadlift"}, id="felt"),
        pytest.param("my back is stiff in the morning", {"cat-camel", "knee-rolls"}, {"band-row"}, id="a sentence"),
        pytest.param("sciatica", {"sciatic-slider-lying"}, {"chin-tuck"}, id="a layman's diagnosis"),
        pytest.param("pins and needles", {"sciatic-slider-lying"}, {"bird-dog"}, id="a feeling of three words"),
        pytest.param("tight hip flexors", {"hip-flexor-half-kneel"}, {"chin-tuck"}, id="a muscle"),
        pytest.param("cat cow", {"cat-camel"}, {"bird-dog"}, id="another name"),
        pytest.param("child pose", {"childs-pose"}, {"bird-dog"}, id="a name without its ending"),
        pytest.param("relax before bed", {"muscle-relaxation", "belly-breathing"}, {"step-up"}, id="a time of the day"),
        pytest.param("neck hurts at desk", {"chin-tuck", "neck-turns"}, {"knee-squeezes"}, id="a place"),
        pytest.param("hamstirng stretch", {"hamstring-strap"}, {"chin-tuck"}, id="two letters exchanged"),
        pytest.param("streching", {"calf-stretch-wall", "childs-pose"}, {"band-row"}, id="a letter missing"),
        pytest.param("squezes", {"knee-squeezes"}, {"chin-tuck"}, id="a doubled letter forgotten"),
        pytest.param("lumbgo", {"knee-squeezes", "cat-camel"}, {"chin-tuck"}, id="an error in a client's word"),
        pytest.param("bakc", {"standing-back-bend"}, {"calf-stretch-wall"}, id="an error in a short word"),
        pytest.param("Strengthening my core", {"dead-bug", "bird-dog"}, {"belly-breathing"}, id="an ending too many"),
        pytest.param("pregnant", {"all-fours-tilt", "side-lying-rest"}, {"knee-squeezes"}, id="a circumstance"),
        pytest.param("sit", {"sit-to-stand", "seated-trunk-turn"}, {"bird-dog"}, id="a way of sitting"),
        pytest.param("pain", {"walking"}, {"dead-bug"}, id="a word that says nothing, alone"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("library")
def test_a_search_in_peoples_words_finds_the_right_things(
    priya: User, text: str, among: set[str], never: set[str]
) -> None:
    rows = set(found(priya, text))
    assert among <= rows
    assert not never & rows


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("knee squ", "knee-squeezes"),
        ("bridge", "glute-bridge"),
        ("walking", "walking"),
        ("sit to stand", "sit-to-stand"),
        ("bird", "bird-dog"),
        ("Shoulder-blade squeeze", "shoulder-blade-squeeze"),
    ],
)
@pytest.mark.usefixtures("library")
def test_the_best_match_comes_first(priya: User, text: str, best: str) -> None:
    assert found(priya, text)[0] == best


@pytest.mark.usefixtures("library")
def test_where_nothing_has_all_words_those_with_most_come_and_it_is_said(priya: User) -> None:
    answer = find(priya, Wanted(text="xyzzy bridge on the side"))
    assert answer.is_partial
    assert answer.exercises[0].slug == "side-bridge-knees"
    assert not find(priya, Wanted(text="bridge")).is_partial
    nothing = find(priya, Wanted(text="xyzzy quux"))
    assert (nothing.total, nothing.exercises, nothing.is_partial) == (0, (), False)


@pytest.mark.usefixtures("library")
def test_filters_narrow_and_say_how_many_there_would_be(priya: User) -> None:
    everything = find(priya, Wanted())
    assert (everything.total, len(everything.exercises), everything.next_page) == (ALL, PAGE, 2)
    assert [facet.kind for facet in everything.facets] == list(KINDS)
    for facet in everything.facets:
        for option in facet.options:
            alone = find(priya, Wanted(chosen={facet.kind: option.value}))
            assert alone.total == option.count > 0
    both = find(priya, Wanted(chosen={"position": "sitting", "region": "neck"}))
    assert both.total == 3
    positions = next(facet for facet in both.facets if facet.kind == "position")
    assert {option.value: option.count for option in positions.options} == {"sitting": 3, "hands and knees": 1}
    assert positions.chosen is not None
    assert positions.chosen.value == "sitting"


@pytest.mark.usefixtures("library")
def test_unknown_filters_find_nothing_and_break_nothing(priya: User) -> None:
    for chosen in ({"region": "moon"}, {"difficulty": "9"}, {"difficulty": "x"}, {"position": "'; drop"}):
        assert find(priya, Wanted(chosen=chosen)).total == 0
        assert find(priya, Wanted(chosen=chosen)).exercises == ()
    assert find(priya, Wanted(chosen={"equipment": NOTHING})).total == 3 + SELF_CARE


@pytest.mark.usefixtures("library")
def test_what_a_tag_forbids_is_left_out_and_what_it_asks_is_told(priya: User) -> None:
    safe = find(priya, Wanted(text="knee squeezes", tags=("recent_fracture",)))
    assert "knee-squeezes" not in {row.slug for row in safe.exercises}
    careful = find(priya, Wanted(text="knee squeezes", tags=("osteoporosis",)))
    row = next(row for row in careful.exercises if row.slug == "knee-squeezes")
    assert [tag for _level, tag in careful.cautions[row.pk]] == ["osteoporosis"]
    assert careful.cautions[row.pk][0][0] in ("ask", "adapt")
    assert Wanted.read({}, tags=["no_such_tag", "osteoporosis"]).tags == ("osteoporosis",)


@pytest.mark.usefixtures("library")
def test_pages_follow_each_other_without_gap_or_repeat(priya: User) -> None:
    slugs = [slug for page in (1, 2, 3, 4) for slug in found(priya, "", page=page)]
    assert len(slugs) == len(set(slugs)) == ALL
    assert found(priya, "", page=5) == []


@pytest.mark.usefixtures("library")
def test_drafts_and_withdrawn_exercises_are_not_offered(practice: Practice, priya: User, lena: User) -> None:
    withdraw_exercise(Exercise.objects.get(slug="walking"), by=lena)
    save_draft(
        None, document={**_alone("cat-camel"), "slug": "draft", "name": "Walkabout"}, by=priya, practice=practice
    )
    assert not {"walking", "draft"} & set(found(priya, "walk"))


@pytest.mark.usefixtures("library")
def test_a_changed_exercise_is_found_by_its_new_words_only(practice: Practice, priya: User) -> None:
    ours = copy_exercise(Exercise.objects.get(slug="cat-camel"), into=practice, by=priya)
    save_draft(ours, document={**document_of("cat-camel"), "name": "Zigzag"}, by=priya)
    publish_exercise(ours, by=priya)
    assert [row.pk for row in find(priya, Wanted(text="zigzag")).exercises] == [ours.pk]
    save_draft(ours, document={**document_of("cat-camel"), "name": "Seesaw"}, by=priya)
    publish_exercise(ours, by=priya)
    assert found(priya, "zigzag") == []
    assert not SearchTerm.objects.filter(word="zigzag").exists()
    assert [row.pk for row in find(priya, Wanted(text="seesaw")).exercises] == [ours.pk]


@pytest.mark.usefixtures("library")
def test_the_words_can_be_made_anew(priya: User) -> None:
    before = found(priya, "stiff lower back")
    words = set(ExerciseWord.objects.values_list("exercise_id", "word", "place"))
    ExerciseWord.objects.all().delete()
    ExerciseVector.objects.all().delete()
    Exercise.objects.update(region_keys="", equipment_keys="")
    assert found(priya, "stiff lower back") == []
    assert index_library() == ALL
    assert found(priya, "stiff lower back") == before
    assert set(ExerciseWord.objects.values_list("exercise_id", "word", "place")) == words
    assert Exercise.objects.get(slug="walking").region_keys == "whole_body"


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("wanted", "most"),
    [
        (Wanted(), 3),  # groups for the facets, the ids of the page, the page
        (Wanted(text="knee"), 3),
        (Wanted(text="hamstirng streching"), 7),
        (Wanted(text="xyzzy knee", tags=("osteoporosis",), chosen={"region": "lumbar"}), 7),
    ],
)
def test_a_larger_library_costs_no_more_statements(priya: User, wanted: Wanted, most: int) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            find(priya, wanted)
        return len(queries)

    find(priya, Wanted())  # roles are read once a request
    small = statements()
    shelve_many(300)
    assert statements() == small <= most


# --- the pure parts -------------------------------------------------------------------------------------------


def test_the_vocabulary_of_searches_names_only_what_there_is() -> None:
    known = search_words()
    exercises = [content for content, _ in starter.library().exercises.values()]
    tags = {tag for content in exercises for tag in content.tags}
    positions = {content.position for content in exercises}
    for group in starter.load_path(FILE).document["groups"]:
        for way in group["find"]:
            kind, _, value = way.partition(":")
            assert kind != "tag" or value in tags
            assert kind != "position" or value in positions
    assert "pain" in known.ignored
    assert known.ways[("small", "of", "the", "back")]


@pytest.mark.parametrize(
    ("find", "said"),
    [(["region:moon"], "known region"), (["planet:moon"], "kind"), ([], "needs both")],
)
def test_a_wrong_vocabulary_is_refused_with_its_place(find: list[str], said: str) -> None:
    document = copy.deepcopy(starter.load_path(FILE).document)
    document["groups"][3]["find"] = find
    with pytest.raises(ContentError, match=said) as caught:
        parse_search_words(document, starter.vocabulary())
    assert caught.value.problems[0].path.startswith("groups[3]")


def test_a_search_is_read_as_what_is_asked_for() -> None:
    clauses = read_query("my STIFF lower back hurts, when sitting", search_words())
    assert [clause.said for clause in clauses] == ["stiff", "lower back", "sitting"]
    assert ("lower", "back") in clauses[1].alternatives
    assert ("qqregionlumbarqq",) in clauses[1].alternatives
    assert ("sitt",) in clauses[2].alternatives
    assert read_query("", search_words()) == read_query("? !", search_words()) == []
    assert [clause.said for clause in read_query("the pain", search_words())] == ["the", "pain"]
    assert len(read_query(" ".join(f"word{n}" for n in range(50)), search_words())) == 8


def test_words_lose_their_endings_and_short_ones_keep_them() -> None:
    assert [stem(word) for word in ("stretching", "stiffness", "knees", "press", "lying", "exercises", "arms")] == [
        "stretch", "stiff", "knee", "press", "lying", "exercis", "arms",
    ]  # fmt: skip


def test_only_near_words_are_taken_for_what_was_meant() -> None:
    terms = ["hamstring", "hamper", "stretch", "back", "bank", "black"]
    assert meant_by("hamstirng", terms) == ["hamstring"]
    assert meant_by("bakc", terms) == ["back"]
    assert meant_by("zebra", terms) == []
    assert words_to_check("my kne bakc 2024 stretch", search_words()) == ["bakc"]


def test_facets_count_what_would_be_there_with_another_value() -> None:
    rows = [
        ("lumbar hip", "sitting", "chair", 1, "mobility", 3),
        ("hip", "standing", "", 2, "strength", 2),
        ("neck", "sitting", "", 1, "mobility", 1),
    ]
    total, counts = count_facets(rows, {})
    assert (total, counts["region"]) == (6, Counter(lumbar=3, hip=5, neck=1))
    assert counts["equipment"] == Counter({"chair": 3, NOTHING: 3})
    total, counts = count_facets(rows, {"region": "hip", "position": "sitting", "category": ""})
    assert (total, counts["position"], counts["region"]) == (
        3,
        Counter(sitting=3, standing=2),
        Counter(lumbar=3, hip=3, neck=1),
    )
    assert counts["difficulty"] == Counter({"1": 3})


def _alone(slug: str) -> dict[str, object]:
    return {**document_of(slug), "variations": {}}


@pytest.mark.usefixtures("library")
def test_a_correction_takes_the_nearest_word_of_the_library() -> None:
    assert {("hamstring",)} <= set(clauses_of("hamstirng")[0].alternatives)
    assert clauses_of("hamst")[0].alternatives == (("hamst",),)
