"""The components: what they write for given inputs, and what they refuse."""

import re
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from portal.accounts.models import User


def draw(text: str, **values: Any) -> str:
    return Template("{% load ui desk %}" + text).render(Context(values))


class ReminderForm(forms.Form):
    email = forms.EmailField(label="E-mail address", help_text="We never show it to others.")
    channel = forms.ChoiceField(label="Remind me", choices=[("e", "By e-mail"), ("n", "Not")], widget=forms.RadioSelect)
    code = forms.CharField(label="Code", required=False)
    keep = forms.BooleanField(label="Keep the screen on", required=False)

    def clean(self) -> None:
        raise forms.ValidationError("These two do not go together.")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{% badge "x" tone="red" %}', id="an unknown tone"),
        pytest.param('{% notice tone="red" %}x{% endnotice %}', id="an unknown tone of a notice"),
        pytest.param('{% button "x" colour="red" %}', id="an unknown input"),
        pytest.param("{% button %}", id="a forgotten input"),
    ],
)
def test_a_wrong_input_is_refused(text: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        draw(text)


def test_words_of_people_are_escaped() -> None:
    for text in (
        "{% button word %}",
        "{% badge word %}",
        "{% row word %}",
        "{% page_header word %}",
        "{% avatar word %}",
    ):
        assert "<script>" not in draw(text, word="<script>alert(1)</script>")


def test_a_button_with_an_address_is_a_link() -> None:
    html = draw('{% button "Go" href="/today/" kind="primary" %}')
    assert html.strip().startswith('<a class="btn btn--primary" href="/today/"')
    assert '<button class="btn" type="submit">' in draw('{% button "Save" %}')


def test_a_button_says_to_screen_readers_what_it_is_about() -> None:
    html = draw('{% button "Review" about="Margaret Hill" %}')
    assert 'Review<span class="hidden-text"> Margaret Hill</span>' in html


def test_the_error_summary_leads_to_each_field() -> None:
    html = draw("{% error_summary form %}", form=ReminderForm({"email": "nobody"}))
    assert "There is a problem" in html
    assert '<a href="#id_email">' in html
    assert '<a href="#id_channel_0">' in html
    assert "These two do not go together." in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert draw("{% error_summary form %}", form=ReminderForm()).strip() == ""


def test_a_field_is_bound_to_its_label_its_hint_and_its_error() -> None:
    html = str(ReminderForm({"email": "nobody"}))
    assert '<label class="field__label" for="id_email">' in html
    described = re.search(r'<input type="email"[^>]*aria-describedby="([^"]+)"', html)
    assert described
    assert described[1].split() == ["id_email_helptext", "id_email_error"]
    for each in described[1].split():
        assert f'id="{each}"' in html
    assert 'aria-invalid="true"' in html
    assert "field--code" in html
    assert re.search(r'<label for="id_keep"><input type="checkbox"[^>]*> <span>Keep the screen on</span></label>', html)


class Leavable(forms.Form):
    colleague = forms.ModelChoiceField(User.objects.all(), required=False)
    colleagues = forms.ModelMultipleChoiceField(User.objects.none(), required=False)
    language = forms.ChoiceField(choices=[("en", "English"), ("de", "Deutsch")], required=False)
    colour = forms.ChoiceField(choices=[("", "Any"), ("red", "Red")], required=False)
    days = forms.MultipleChoiceField(choices=[("0", "Monday")], required=False)
    note = forms.CharField(required=False)
    name = forms.CharField()


@pytest.mark.django_db
def test_only_what_can_be_empty_is_said_to_be_left_out_at_will(django_assert_num_queries: Any) -> None:
    form = Leavable()
    with django_assert_num_queries(1):  # the rows of one list, for the list itself
        leavable = [name for name in form.fields if "you can leave this out" in form[name].as_field_group()]
    assert leavable == ["colleague", "colleagues", "colour", "days", "note"]
    note: Any = form.fields["note"]
    note.is_needed_where_shown = True
    assert "you can leave this out" not in form["note"].as_field_group()


@pytest.mark.parametrize(("chosen", "number"), [(3, "3"), ("3", "3"), (0, "0"), ("10", "10"), (None, None), ("", None)])
def test_the_pain_question_keeps_what_was_chosen_and_nothing_else(chosen: Any, number: str | None) -> None:
    html = draw('{% pain_scale name="pain" legend="How is it?" chosen=chosen %}', chosen=chosen)
    assert re.findall(r'value="(\d+)" checked', html) == ([number] if number else [])
    assert re.findall(r'type="radio" name="pain"[^>]*value="(\d+)"', html) == [str(each) for each in range(11)]


def test_a_day_says_its_state_in_words() -> None:
    week = [
        {"name": "Mon", "full_name": "Monday", "state": "done", "today": False},
        {"name": "Tue", "full_name": "Tuesday", "state": "rest", "today": False},
        {"name": "Wed", "full_name": "Wednesday", "state": "planned", "today": True},
    ]
    words = re.findall(r'<span class="hidden-text">([^<]+)</span>', draw("{% day_marks week %}", week=week))
    assert words == ["Monday: done", "Tuesday: rest day", "Wednesday: today, session planned"]


@pytest.mark.parametrize(
    ("name", "initials"), [("Anna Kowalska", "AK"), ("Anna", "A"), ("Ana de la Cruz", "AC"), ("", "")]
)
def test_an_avatar_has_at_most_two_letters(name: str, initials: str) -> None:
    assert re.sub(r"<[^>]+>|\s", "", draw("{% avatar name %}", name=name)) == initials


def test_a_table_has_a_caption_and_can_be_scrolled_by_keyboard() -> None:
    html = draw('{% table caption="Clients" columns=columns %}<tr></tr>{% endtable %}', columns=["Client", "Pain"])
    assert '<caption class="hidden-text">Clients</caption>' in html
    assert 'tabindex="0" role="region" aria-label="Clients"' in html
    assert html.count('<th scope="col">') == 2


def test_the_bar_leads_to_five_pages_and_names_the_one_that_is_open() -> None:
    html = draw('{% bar "plan" %}')
    assert re.findall(r'href="(/[a-z]+/)"', html) == ["/today/", "/plan/", "/progress/", "/messages/", "/more/"]
    assert re.findall(r'href="(/[a-z]+/)" aria-current="page"', html) == ["/plan/"]
