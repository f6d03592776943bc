"""What a client reads is in the client's language; where content is not translated, that is marked and said."""

import html
import json
import re
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Assignment, AssignmentVersion, Client, PrescribedItem, Session
from portal import catalogues
from portal.accounts.tenancy import practice_scope
from routines.content import parse_self_care
from routines.library import starter
from routines.models import Exercise, SelfCareItem
from routines.services.self_care import put_self_care
from routines.services.translations import take_over
from tests.clients.conftest import NOW
from tests.clients.library import make_routine
from tests.clients.plans import whole_phases
from tests.clients.test_client_pages import start

pytestmark = pytest.mark.django_db
NAME = "Knee squeezes: a short back easer"


@pytest.fixture
def german(carl: Client, plan: Assignment) -> Client:
    carl.language = "de"
    carl.save()
    return carl


@pytest.fixture
def translated(plan: Assignment) -> None:
    """The plan's exercise and routine in German, and the self-care items in both languages."""
    words = starter.translations()[0]
    take_over(
        Exercise.objects.get(slug="knee-squeezes"), language="de", pairs=words.texts("exercises")["knee-squeezes"]
    )
    routine = make_routine("knee-squeezes", name=NAME, document={"name": NAME, "self_care": ["warm-pack"]})
    take_over(routine, language="de", pairs={NAME: words.texts("routines")["knee-squeezes-short"][NAME]})
    Assignment.objects.filter(pk=plan.pk).update(routine=routine)
    library = starter.library()
    for slug, (_, document) in {**library.self_care, **library.articles}.items():
        item = put_self_care(None, parse_self_care(document), document)
        take_over(item, language="de", pairs=words.texts("self_care")[slug])


@pytest.fixture
def phone(german: Client) -> Any:
    browser = Browser()
    with time_machine.travel(NOW, tick=False):
        assert german.user is not None
        browser.force_login(german.user)
        yield browser


def shown(answer: Any) -> str:
    """Return the words of a page, without its markup."""
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def english() -> list[str]:
    """Sentences of the catalogue long enough to be told from a name, without places to fill in."""
    kept = catalogues.read("de")
    return [
        message.id
        for message in kept
        if isinstance(message.id, str) and len(message.id) > 14 and message.string != message.id
        and not re.search(r"[%{]", message.id) and message.id.count(" ")
    ]  # fmt: skip


def test_every_page_of_a_german_client_is_german(
    phone: Browser, german: Client, plan: Assignment, translated: None
) -> None:
    session = start(phone, plan)
    item = PrescribedItem.objects.get(version__assignment=plan)
    pages = {
        "today": [],
        "plan": [],
        "exercise": [item.pk],
        "progress": [],
        "more": [],
        "ease": [],
        "ease_item": ["warm-bath"],
        "help": [],
        "check_in": [plan.pk, 2],
        "player": [session.pk],
    }
    sentences = english()
    for name, arguments in pages.items():
        answer = phone.get(reverse(name, args=arguments))
        assert answer.status_code == 200, name
        assert '<html lang="de"' in answer.content.decode(), name
        text = shown(answer)
        assert [sentence for sentence in sentences if sentence in text] == [], name
    phone.post(reverse("finish_session", args=[session.pk]))
    for name, arguments in {"after_session": [session.pk], "session_done": [session.pk]}.items():
        text = shown(phone.get(reverse(name, args=arguments)))
        assert [sentence for sentence in sentences if sentence in text] == [], name


def test_the_plan_and_its_exercise_are_said_in_german(phone: Browser, plan: Assignment, translated: None) -> None:
    page = phone.get(reverse("plan"))
    assert "Knie zur Brust: kurz und wohltuend" in shown(page)
    assert NAME not in shown(page)
    item = PrescribedItem.objects.get(version__assignment=plan)
    page = phone.get(reverse("exercise", args=[item.pk]))
    assert "Atmen Sie aus, und ziehen Sie ein Knie zur Brust." in shown(page)
    assert "je Seite" in shown(page)
    assert 'lang="en"' not in page.content.decode()
    assert "Das gibt es noch nicht auf Deutsch" not in shown(page)


def bundle_of(answer: Any) -> dict[str, Any]:
    found = re.search(r'<script id="session-bundle" type="application/json">(.*?)</script>', answer.content.decode())
    assert found
    return json.loads(found.group(1))


def test_the_player_gets_german_words_for_the_same_timeline(
    phone: Browser, german: Client, plan: Assignment, translated: None
) -> None:
    session = start(phone, plan)
    spoken = bundle_of(phone.get(reverse("player", args=[session.pk])))
    german.language = "en-gb"
    german.save()
    source = bundle_of(phone.get(reverse("player", args=[session.pk])))
    ours, theirs = spoken["items"][0], source["items"][0]
    assert spoken["name"] == "Knie zur Brust: kurz und wohltuend"
    assert ours["title"] == "Knie zur Brust"
    assert (ours["lang"], theirs["lang"]) == (None, None)
    assert whole_phases(ours["timeline"])[3]["cue"] == "Ausatmen"

    def played(item: dict[str, Any]) -> list[tuple[Any, ...]]:
        keys = ("kind", "at", "seconds", "side", "set", "rep", "segment", "step", "gate")
        return [tuple(phase[key] for key in keys) for phase in whole_phases(item["timeline"])]

    assert played(ours) == played(theirs)
    assert ours["timeline"]["units"] == theirs["timeline"]["units"]


def test_content_without_german_is_marked_and_said_calmly(phone: Browser, plan: Assignment) -> None:
    item = PrescribedItem.objects.get(version__assignment=plan)
    page = phone.get(reverse("exercise", args=[item.pk]))
    text = page.content.decode()
    assert '<h1 tabindex="-1" lang="en">Knee squeezes</h1>' in text
    assert "Das gibt es noch nicht auf Deutsch. Sie sehen es auf Englisch." in shown(page)
    assert re.search(r'<section [^>]*lang="en">', text)
    session = start(phone, plan)
    assert bundle_of(phone.get(reverse("player", args=[session.pk])))["items"][0]["lang"] == "en"


def test_a_translation_with_a_stale_text_is_not_shown(phone: Browser, plan: Assignment, translated: None) -> None:
    row = Exercise.objects.get(slug="knee-squeezes").current_version.translations.get(language="de")
    row.texts["aim"]["of"] = "0" * 16
    row.save()
    item = PrescribedItem.objects.get(version__assignment=plan)
    assert 'lang="en">Knee squeezes</h1>' in phone.get(reverse("exercise", args=[item.pk])).content.decode()


def test_a_note_that_was_written_for_this_client_stays_as_it_was_written(
    phone: Browser, plan: Assignment, translated: None
) -> None:
    Assignment.objects.filter(pk=plan.pk).update(name="For the garden")
    assert "For the garden" in shown(phone.get(reverse("plan")))


def test_a_client_chooses_the_language_by_its_own_name(phone: Browser, german: Client) -> None:
    assert "Deutsch" in shown(phone.get(reverse("more")))
    form = {"time_zone": "Europe/London", "reminder_channel": "email", "language": "en-gb"}
    page = phone.post(reverse("more"), form, follow=True)
    assert '<html lang="en-gb"' in page.content.decode()
    german.refresh_from_db()
    assert german.language == "en-gb"
    assert phone.post(reverse("more"), {**form, "language": "xx"}).status_code == 400
    phone.post(reverse("more"), {key: value for key, value in form.items() if key != "language"})
    german.refresh_from_db()
    assert german.language == "en-gb"


def test_dates_follow_the_language(phone: Browser, plan: Assignment) -> None:
    assert "Mittwoch, 18. November" in shown(phone.get(reverse("today")))


def test_what_a_new_version_changed_is_told_in_sentences(phone: Browser, german: Client, plan: Assignment) -> None:
    change = {"kind": "pain_stop", "title": "", "before": 5, "after": 4}
    AssignmentVersion.objects.filter(assignment=plan).update(changes=[change], created_at=NOW)
    text = shown(phone.get(reverse("plan")))
    assert "Was sich geändert hat" in text
    assert "Priya hat das am 18. November geändert" in text
    assert "Aufhören bei Schmerz über 4 statt über 5." in text


def test_comfort_and_reading_is_reached_from_today_and_more(phone: Browser, translated: None) -> None:
    for name in ("today", "more"):
        assert f'href="{reverse("ease")}"' in phone.get(reverse(name)).content.decode()
    page = phone.get(reverse("ease"))
    assert shown(page).count("Passt zu Ihrem Plan") == 1
    assert "Wärmekissen" in shown(page)
    bath = shown(phone.get(reverse("ease_item", args=["warm-bath"])))
    assert "Duftöle: erst verdünnen" in bath
    assert "Wir kennen keine Studie zu Duftbädern" in bath
    assert "Diesen Text hat noch keine Fachkraft für Physiotherapie geprüft." in bath
    assert "Dies ist keine Diagnose." in bath
    assert phone.get(reverse("ease_item", args=["cold-bath"])).status_code == 404


def test_self_care_in_a_plan_counts_when_the_client_says_so(
    phone: Browser, german: Client, plan: Assignment, translated: None
) -> None:
    pack = Exercise.objects.get(slug="warm-pack").current_version
    version = AssignmentVersion.objects.get(assignment=plan)
    item = PrescribedItem.objects.create(version=version, position=2, exercise_version=pack)
    session = start(phone, plan)
    bundle = bundle_of(phone.get(reverse("player", args=[session.pk])))
    entry = bundle["items"][1]
    assert (entry["self_care"], bundle["items"][0]["self_care"]) == (True, False)
    assert (entry["title"], entry["dose_words"]) == ("Wärmekissen", "15 Minuten")
    assert entry["timeline"]["seconds"] == 900
    phone.post(reverse("mark_item", args=[session.pk, version.items.get(position=1).pk]))
    assert Session.objects.get(pk=session.pk).fraction == 0.5
    phone.post(reverse("mark_item", args=[session.pk, item.pk]))
    assert Session.objects.get(pk=session.pk).fraction == 1
    assert "Mehr dazu lesen" in shown(phone.get(reverse("exercise", args=[item.pk])))


def test_an_item_of_the_practice_goes_before_the_shared_one(phone: Browser, german: Client, translated: None) -> None:
    document = {**starter.library().self_care["warm-pack"][1], "name": "Our own pack"}
    with practice_scope(german.practice):
        put_self_care(None, parse_self_care(document), document, practice=german.practice)
        assert SelfCareItem.objects.filter(slug="warm-pack").count() == 2
    measures = shown(phone.get(reverse("ease"))).partition("Zum Wohlfühlen")[2]
    assert "Our own pack" in measures
    assert "Wärmekissen" not in measures
