"""Components of pages: one file each in templates/components/, called as a tag.

A wrong or forgotten argument is a TemplateSyntaxError when the template is read, because the signature
below is the signature of the tag.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.forms import BaseForm, BoundField, ChoiceField, ModelMultipleChoiceField, MultipleChoiceField
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.lib.appearance import appearance_of
from portal.lib.form_numbers import named

register = template.Library()

# Icons that no page of clients shows lie in a file of their own, so that no phone loads them.
_DESK_SPRITE = "portal/desk-icons.svg"

TONES = ("good", "neutral", "info", "warn", "danger")
TONE_ICONS = {"good": "done", "neutral": "info", "info": "info", "warn": "alert", "danger": "warning"}


def _render(name: str, values: Mapping[str, Any]) -> SafeString:
    return render_to_string(f"components/{name}.html", dict(values))


class _Tight(DjangoJSONEncoder):
    """Without spaces between the signs."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{**given, "separators": (",", ":")})


@register.filter
def tight_json(value: Any, element_id: str) -> SafeString:
    """Return the value as `json_script` does, in fewer bytes: for what is fetched while somebody waits."""
    return json_script(value, element_id, encoder=_Tight)


@register.filter
def can_be_left_out(field: BoundField) -> bool:
    """Whether a person may give nothing; of a list without an empty choice, one is always chosen.

    A form marks a field that is on the page only where it is needed: is_needed_where_shown.
    """
    of = field.field
    if getattr(of, "is_needed_where_shown", False):
        return False
    if of.required or not isinstance(of, ChoiceField) or isinstance(of, MultipleChoiceField | ModelMultipleChoiceField):
        return not of.required
    choices: Any = of.choices  # an iterator of (value, words); the empty one comes first, before any row is read
    return any(value in ("", None) for value, _words in choices)


@cache
def _desk_icons() -> frozenset[str]:
    file = Path(__file__).resolve().parents[1] / "static" / _DESK_SPRITE
    return frozenset(re.findall(r'id="i-([\w-]+)"', file.read_text(encoding="utf-8")))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Return one icon of its sprite; silent to screen readers unless it has a label of its own."""
    address = static(_DESK_SPRITE if name in _desk_icons() else "portal/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}" focusable="false"><use href="{}#i-{}"></use></svg>',
            label,
            address,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#i-{}"></use></svg>', address, name
    )


@register.simple_tag
def lang_attribute(language: str) -> SafeString:
    """Return the attribute for words in a language that is not the page's; nothing for an empty one."""
    return format_html(' lang="{}"', language) if language else SafeString("")


@register.simple_tag(takes_context=True)
def appearance(context: Context) -> SafeString:
    """Return the attributes of the html element for theme, text size, motion and hand of this device."""
    chosen = appearance_of(context.get("request"))
    parts = [
        format_html(' data-{}="{}"', name, value)
        for name, value in (
            ("theme", chosen.theme),
            ("text", chosen.text),
            ("motion", chosen.motion),
            ("hand", chosen.hand),
        )
        if value
    ]
    return SafeString("".join(parts))


@register.simple_tag(takes_context=True)
def bar(context: Context, current: str = "") -> SafeString:
    """Return the bar of a signed-in client's pages. `current` is one of today, plan, progress, messages, more."""
    places = (
        ("today", _("Today"), "home"),
        ("plan", _("Plan"), "plan"),
        ("progress", _("Progress"), "progress"),
        ("messages", _("Messages"), "messages"),
        ("more", _("More"), "settings"),
    )
    unread = context.get("unread_messages", 0)
    items = [
        {
            "url": reverse(name),
            "label": label,
            "icon": symbol,
            "current": name == current,
            "count": unread if name == "messages" else 0,
        }
        for name, label, symbol in places
    ]
    return _render("bar", {"items": items})


@register.simple_tag
def button(
    text: str,
    *,
    href: str = "",
    kind: str = "",
    size: str = "",
    icon: str = "",
    icon_after: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",
    form: str = "",
    about: str = "",
    disabled: bool = False,
) -> SafeString:
    """Return a button, or a link that looks like one when `href` is given.

    kind: "" | primary | line | quiet | danger; size: "" | big | wide; `about` is read after the text by
    screen readers only ("Review Margaret Hill").
    """
    return _render("button", locals())


@register.simple_tag
def badge(text: str, *, tone: str = "good", icon: str = "") -> SafeString:
    """Return a small label; its meaning is in the words, never in the colour alone."""
    _check_tone(tone)
    return _render("badge", locals())


@register.simple_block_tag
def notice(
    content: SafeString, *, tone: str = "good", title: str = "", icon: str = "", live: bool = False
) -> SafeString:
    """Return a tinted box with a message; `live` makes screen readers say it when it changes."""
    _check_tone(tone)
    return _render("notice", {**locals(), "icon": icon or TONE_ICONS[tone]})


@register.simple_block_tag
def card(content: SafeString, *, title: str = "", level: int = 2, tag: str = "section", key: str = "") -> SafeString:
    """Return a card; with a title it becomes a labelled section (`key` makes the heading's id unique)."""
    return _render("card", locals())


@register.simple_tag
def page_header(
    title: str,
    *,
    eyebrow: str = "",
    lead: str = "",
    back: str = "",
    back_text: str = "",
    variant: str = "",
    lang: str = "",
) -> SafeString:
    """Return the heading of a page: a way back, a small line above, the h1, a sentence below.

    `lang` is the language of title and lead where it is not the page's.
    """
    return _render("page_header", {**locals(), "back_text": back_text or _("Back")})


@register.simple_tag
def day_marks(days: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the marks of a week.

    Each day: {"name": "Mon", "full_name": "Monday", "state": done | part | planned | rest, "today": bool}.
    """
    return _render("day_marks", {"days": list(days)})


@register.simple_block_tag
def empty_state(content: SafeString, *, title: str, icon: str = "leaf") -> SafeString:
    """Return what stands where a list will be; the block holds the next step."""
    return _render("empty_state", locals())


@register.simple_tag
def stat(label: str, value: str, *, note: str = "") -> SafeString:
    """Return one figure with its label, for use inside <dl class="stats">."""
    return _render("stat", locals())


@register.simple_tag
def row(
    title: str,
    *,
    text: str = "",
    href: str = "",
    icon: str = "",
    value: str = "",
    number: int | None = None,
    picture: SafeString | str = "",
    lang: str = "",
) -> SafeString:
    """Return one row of <ul class="card rows">; a link with an arrow when `href` is given.

    `number` is its place in a numbered list, shown in a circle; `picture` is the markup of a small picture; `lang` the
    title's language where it is not the page's.
    """
    return _render("row", locals())


@register.simple_tag
def scene(*, mark: str = "", figure: str = "", label: str = "") -> SafeString:
    """Return the small landscape of a session card.

    `figure` is the markup of a picture that stands in front, as `item_figure` returns it; mark makes it a banner:
    "done" with a tick before the sun, "sun" with the sun alone.
    """
    return _render("scene", locals())


@register.simple_tag
def pain_scale(
    *,
    name: str,
    legend: str,
    chosen: int | str | None = None,
    page_title: bool = True,
    error: str = "",
    hint: str = "",
    taps: bool = False,
) -> SafeString:
    """Return the eleven radios of a pain question, 0 to 10; with `taps` eleven buttons, of which one tap answers.

    None is chosen unless `chosen` is a number, as a form gives it back: 3 or "3". Buttons need clients/after.css.
    """
    bands = ((_("Mild"), (1, 2, 3)), (_("Medium"), (4, 5, 6)), (_("Strong"), (7, 8, 9)))
    return _render("pain_scale", {**locals(), "chosen": int(str(chosen)) if str(chosen).isdigit() else ""})


@register.simple_tag
def choices(
    *,
    name: str,
    legend: str,
    options: Iterable[tuple[str, str]],
    chosen: str = "",
    page_title: bool = False,
    taps: bool = False,
) -> SafeString:
    """Return radios as large rows; `options` are (value, label). With `taps` buttons, of which one tap answers."""
    return _render("choices", {**locals(), "options": list(options)})


@register.simple_tag
def error_summary(form: BaseForm | None = None, *, errors: Iterable[tuple[str, str]] = ()) -> SafeString:
    """Return the box "There is a problem" with a link to each field, or nothing when all is well.

    `errors` are (id of the field or "", message) for pages without a Django form.
    """
    found = list(errors)
    if form is not None and form.is_bound:
        found += [("", str(message)) for message in form.non_field_errors()]
        for bound in form:
            target = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
            found += [(target, named(bound, str(message))) for message in bound.errors]
    return _render("error_summary", {"errors": found})


@register.simple_tag
def avatar(name: str) -> SafeString:
    """Return the initials of a name in a warm circle; the name itself stands beside it."""
    words = name.split()
    initials = "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
    return _render("avatar", {"initials": initials})


def _check_tone(tone: str) -> None:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"tone is {tone!r}; it is one of {', '.join(TONES)}.")
