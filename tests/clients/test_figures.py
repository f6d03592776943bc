"""Figures on a client's own pages: stills without JavaScript, the look that they chose, nobody else's plan."""

import json
import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, Client, PrescribedItem

pytestmark = pytest.mark.django_db


def phone_of(client: Client) -> Browser:
    assert client.user is not None
    browser = Browser()
    browser.force_login(client.user)
    return browser


def first_item(plan: Assignment) -> PrescribedItem:
    return PrescribedItem.objects.get(version=plan.current_version)


def test_the_plan_and_the_exercise_show_stills_without_javascript(carl: Client, plan: Assignment) -> None:
    item = first_item(plan)
    phone = phone_of(carl)
    address = reverse("item_figure", args=[item.pk])
    assert f'<img src="{address}?' in phone.get("/plan/").content.decode()
    page = phone.get(reverse("exercise", args=[item.pk])).content.decode()
    described = re.findall(rf'<img src="({address}[^"]+)" alt="([^"]*)"', page)
    assert len(described) >= 6  # start and end of each part that this client does
    ends = [alt for _source, alt in described if alt]
    assert len(set(ends)) == len(ends)
    assert all(alt.startswith("Lying") for alt in ends)
    labels = re.findall(r'aria-label="(How it looks[^"]*)"', page)
    assert len(set(labels)) == len(labels)
    names = re.findall(r'<p class="motion__part"><span>([^<]+)</span></p>', page)
    assert len(set(names)) == len(names) == len(labels), "everybody reads which part a figure belongs to"
    for source, _alt in described:
        assert phone.get(source.replace("&amp;", "&")).status_code == 200
    drawings = [json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', page)]
    assert [drawing["figure"] in drawing["figures"] for drawing in drawings] == [True] * len(drawings)


def test_a_part_that_is_not_switched_on_is_not_shown(carl: Client, plan: Assignment) -> None:
    item = first_item(plan)
    before = phone_of(carl).get(reverse("exercise", args=[item.pk])).content.decode()
    PrescribedItem.objects.filter(pk=item.pk).update(opted_in=[])
    after = phone_of(carl).get(reverse("exercise", args=[item.pk])).content.decode()
    assert before.count('data-module="routines/motion"') > after.count('data-module="routines/motion"') > 0


def test_nobody_elses_pictures_are_shown(omar: Client, plan: Assignment) -> None:
    assert phone_of(omar).get(reverse("item_figure", args=[first_item(plan).pk])).status_code == 404


def look(**values: str) -> dict[str, Any]:
    return {"kind": "own", "skin": "s4", "hair": "grey", "clothes": "moss", **values}


@pytest.mark.parametrize(
    ("posted", "kept"),
    [
        pytest.param(look(), "s4-grey-moss", id="own colours"),
        pytest.param(look(kind="mannequin"), "mannequin", id="a mannequin"),
        pytest.param(look(kind=""), "", id="the clinic's"),
    ],
)
def test_a_client_chooses_whom_figures_look_like(
    carl: Client, plan: Assignment, posted: dict[str, str], kept: str
) -> None:
    Client.objects.update(figure_palette="rose")
    phone = phone_of(carl)
    assert phone.post(reverse("figure_look"), posted).status_code == 302
    carl.refresh_from_db()
    assert carl.figure_palette == kept
    page = phone.get("/plan/").content.decode()
    assert ("look=" in page) == bool(kept)
    assert f"look={kept}" in page or not kept


@pytest.mark.parametrize("posted", [look(kind="cat"), look(skin="s9"), look(hair=""), look(clothes="")])
def test_a_look_that_there_is_not_is_refused_and_nothing_kept(carl: Client, posted: dict[str, str]) -> None:
    phone = phone_of(carl)
    assert "Choose" in phone.post(reverse("figure_look"), posted, follow=True).content.decode()
    carl.refresh_from_db()
    assert carl.figure_palette == ""


def test_today_shows_the_figure_of_the_session_that_is_next(carl: Client, plan: Assignment) -> None:
    page = phone_of(carl).get(reverse("today")).content.decode()
    (scene,) = re.findall(r'<div class="scene-with">.*?</div>', page, re.DOTALL)
    assert f'src="{reverse("item_figure", args=[first_item(plan).pk])}?' in scene
    assert 'loading="lazy"' not in scene, "it is what the page shows first"
