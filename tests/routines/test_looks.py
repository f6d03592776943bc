"""Pictures of exercises: their addresses, how they are lit, whom they look like, and how long browsers keep them."""

import copy
import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from portal.accounts.models import Practice, Role, User
from portal.accounts.tenancy import all_practices
from routines.content import parse_exercise
from routines.looks import BadLook, Look, draw, is_palette, looks_to_choose, palette_choices, parts_of, stamp
from routines.models import Exercise
from tests.clients.library import shelve
from tests.doors import browser_of
from tests.factories import make_practice, make_staff
from tests.routines.conftest import document_of


@pytest.fixture
def priya(db: None) -> User:
    return make_staff(make_practice(), Role.PRACTITIONER)


def picture_of(exercise: Exercise, browser: Browser, **query: Any) -> Any:
    assert exercise.current_version is not None
    return browser.get(reverse("admin:figure", args=[exercise.current_version.pk]), query)


def test_a_picture_is_drawn_for_each_light_and_kept_for_good_under_its_mark(priya: User) -> None:
    bridge, browser = shelve("glute-bridge"), browser_of(priya)
    assert bridge.current_version is not None
    mark = stamp(bridge.current_version.content)
    found = {
        theme: picture_of(bridge, browser, theme=theme, v=mark) for theme in ("light", "dark", "print", "contrast")
    }
    assert {answer.status_code for answer in found.values()} == {200}
    assert len({answer.content for answer in found.values()}) == 4
    for answer in found.values():
        assert answer["Content-Type"] == "image/svg+xml"
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        assert len(answer.content) < 30_000
    assert "immutable" not in picture_of(bridge, browser, v="old")["Cache-Control"]
    assert b"paint-order" not in found["print"].content


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        ({"theme": "noon"}, 400, "theme"),
        ({"look": "purple"}, 400, "look"),
        ({"look": "s1-brown"}, 400, "look"),
        ({"side": "up"}, 400, "side"),
        ({"range": "5"}, 400, "range"),
        ({"key": "x"}, 400, "key"),
        ({"figure": "5"}, 404, "no such figure"),
        ({"key": "9"}, 404, "no such figure"),
    ],
)
def test_an_address_that_asks_for_nonsense_is_told_what_is_wrong(
    priya: User, query: dict[str, str], status: int, word: str
) -> None:
    answer = picture_of(shelve("glute-bridge"), browser_of(priya), **query)
    assert answer.status_code == status
    assert word in answer.content.decode()


def test_a_look_survives_its_own_address() -> None:
    look = Look(figure=2, key=0, theme="dark", palette="s5-grey-moss", side="left", share=60)
    query = dict(pair.split("=") for pair in look.query().split("&"))
    assert Look.read(query) == look
    assert Look().query() == ""
    with pytest.raises(BadLook):
        Look.read({"look": "s9-grey-moss"})


def test_skin_hair_and_clothes_are_chosen_apart() -> None:
    content = parse_exercise(document_of("glute-bridge"))
    looks = looks_to_choose()
    assert {name: len(swatches) for name, swatches in looks.items()} == {"skin": 5, "hair": 5, "clothes": 5}
    dark = draw(content, Look(palette="s5-grey-moss"))
    assert dark is not None
    assert looks["clothes"][4].colours[0] in dark
    assert looks["skin"][4].colours[0] in dark
    assert all(is_palette(name) for name, _label in palette_choices())
    assert parts_of("rose") == ("s3", "grey", "rose")
    assert parts_of("mannequin") == ("s2", "brown", "teal")


def test_less_range_is_another_picture_and_one_side_the_mirror_of_the_other() -> None:
    content = parse_exercise(document_of("clamshell"))
    whole, less = draw(content, Look()), draw(content, Look(), {"both": {"range": 40}})
    assert whole != less
    assert less == draw(content, Look(share=40))
    assert "matrix(-1" in str(draw(content, Look(side="left")))
    assert "matrix(-1" not in str(draw(content, Look(side="right")))
    assert stamp(content) != stamp(content, {"both": {"range": 40}})


def test_an_exercise_without_a_figure_has_no_picture() -> None:
    document = copy.deepcopy(document_of("glute-bridge"))
    for segment in document["segments"]:
        for step in segment["steps"]:
            step.pop("pose", None)
    assert draw(parse_exercise(document), Look()) is None


def test_a_palette_is_chosen_by_colours_that_its_figure_has(priya: User) -> None:
    with all_practices():
        practice = priya.memberships.get().practice
    owner = make_staff(practice, Role.OWNER, email="owner@example.org")
    page = browser_of(owner).get(reverse("admin:accounts_practice_change", args=[practice.pk])).content.decode()
    choices = re.findall(r'<input type="radio" name="figure_palette" value="(\w+)".*?</label>', page, re.DOTALL)
    assert choices == [name for name, _label in palette_choices()]
    bridge = parse_exercise(document_of("glute-bridge"))
    for name, label in palette_choices():
        choice = page.split(f'name="figure_palette" value="{name}"')[1].split("</label>")[0]
        assert label in choice
        shown = re.findall(r'fill="(#[0-9a-f]{6})"', choice)
        drawn = draw(bridge, Look(palette=name))
        assert len(shown) == 4
        assert drawn is not None
        assert {colour for colour in shown if colour in drawn} == set(shown)


def test_the_list_of_exercises_shows_each_one(priya: User) -> None:
    bridge = shelve("glute-bridge")
    assert bridge.current_version is not None
    page = browser_of(priya).get(reverse("admin:routines_exercise_changelist")).content.decode()
    sources = re.findall(r'<source media="([^"]+)"', page)
    assert sources == ["print", "(forced-colors: active)", "(prefers-color-scheme: dark)"]
    assert f'<img src="{reverse("admin:figure", args=[bridge.current_version.pk])}?' in page


def test_the_practices_own_look_is_used_for_everybody_in_it(priya: User) -> None:
    with all_practices():
        Practice.objects.update(figure_palette="mannequin")
    shelve("glute-bridge")
    assert "look=mannequin" in browser_of(priya).get(reverse("admin:routines_exercise_changelist")).content.decode()
