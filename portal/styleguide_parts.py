"""Made-up content for the rows of the style guide."""

from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib.messages.constants import ERROR, SUCCESS
from django.contrib.messages.storage.base import Message
from django.templatetags.static import static

from clients.charts import PainDay, Week

Context = dict[str, Any]


class ExampleForm(forms.Form):
    """One of each widget."""

    name = forms.CharField(label="Name to use", help_text="We greet you with this.")
    email = forms.EmailField(label="E-mail address")
    time = forms.TimeField(label="Reminder time", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    note = forms.CharField(label="Anything to tell Anna?", required=False, widget=forms.Textarea)
    channel = forms.ChoiceField(
        label="How shall we remind you?",
        choices=[("email", "By e-mail"), ("none", "Not at all")],
        widget=forms.RadioSelect,
    )
    zone = forms.ChoiceField(
        label="Where do you live?", choices=[("Europe/London", "London"), ("Europe/Berlin", "Berlin")]
    )
    keep = forms.BooleanField(label="Keep the screen on while I exercise", required=False)


def week() -> list[dict[str, Any]]:
    """Return the marks of one week, Thursday being today."""
    states = ["done", "rest", "part", "planned", "rest", "planned", "planned"]
    names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    return [
        {"name": name[:3], "full_name": name, "state": state, "today": name == "Thursday"}
        for name, state in zip(names, states, strict=True)
    ]


PAIN: list[tuple[int | None, int | None]] = [
    (6, 5), (5, 5), (6, 4), (5, None), (None, 4), (5, 4), (4, 3), (4, 4), (4, 2), (3, 3), (4, 2), (3, 2)
]  # fmt: skip


def caseload() -> list[dict[str, Any]]:
    """Return rows of a made-up caseload; days are d(one), h(alf), p(lanned), r(est)."""
    states = {"d": "done", "h": "part", "p": "planned", "r": "rest"}
    rows: list[tuple[str, str, str, str, str, str, list[int | None], str, str]] = [
        ("Margaret Hill", "Low back pain, week 3", "Pain 8 during Bridge, today 08:14", "danger", "warning",
         "drdrddrdrddrdd", [4, 4, 3, 4, 5, 4, 5, 6, 7, 8], "Today 08:14", "Review"),
        ("Tom Okafor", "Knee, after surgery, week 6", "No session for 6 days", "warn", "clock",
         "drdrdrdrprprpr", [5, 5, 4, 4, None, 4], "Fri 13 Nov", "Send a reminder"),
        ("Priya Shah", "Shoulder, week 2", "Pain up 2 points in 7 days", "warn", "trend-up",
         "dddrdddrdhdrdd", [3, 3, 3, 4, 4, 5, 5], "Yesterday", "Review"),
        ("Janet Moss", "Hip, week 1", "Question waiting 1 day", "info", "messages",
         "ddrdrdrdrdrdrd", [4, 4, 4, 3, 3], "Yesterday", "Reply"),
        ("Alan Reid", "Neck, week 8", "Plan ends in 5 days", "info", "plan",
         "drdrdrdrdrdrdr", [5, 4, 4, 3, 2, 2, 1], "Today 07:40", "Plan next step"),
    ]  # fmt: skip
    return [
        {
            "name": name,
            "problem": problem,
            "reason": reason,
            "tone": tone,
            "icon": icon,
            "days": [states[day] for day in days],
            "done": f"{days.count('d')}/{len(days) - days.count('r')}",
            "pain": pain,
            "last": last,
            "step": step,
        }
        for name, problem, reason, tone, icon, days, pain, last, step in rows
    ]


def component_examples() -> Context:
    """Return what the rows of the style guide need."""
    return {
        "week": week(),
        "example_card": {
            "assignment_id": 1,
            "name": "Morning back and hips",
            "slot": 1,
            "slots": 1,
            "minutes": 12,
            "exercises": 6,
            "kit": ["mat", "pillow"],
            "state": "ready",
        },
        "example_form": ExampleForm(),
        "wrong_form": ExampleForm({"name": "", "email": "margaret", "channel": "email", "zone": "Europe/London"}),
        "effort": [("3", "Too easy"), ("5", "About right"), ("7", "Hard, but I did it"), ("9", "Too hard")],
        "practice": SimpleNamespace(name="Riverside Physiotherapy", phone="020 7946 0123"),
        "example_messages": [Message(SUCCESS, "Saved"), Message(ERROR, "That code is not right.")],
        "example_figure": static("portal/mark.svg"),
        "example_user": SimpleNamespace(is_authenticated=True, get_full_name="Anna Kowalska", email=""),
        "desk_items": [
            {"url": "#main", "label": label, "icon": icon, "current": label == "Caseload"}
            for label, icon in (
                ("Caseload", "caseload"),
                ("Clients", "people"),
                ("Routines", "list"),
                ("Exercises", "exercise"),
                ("Records", "archive"),
                ("Account", "shield"),
            )
        ],
        "caseload_columns": ["Client", "Why they are here", "Last 14 days", "Pain", "Last session", "Next step"],
        "caseload_tabs": [
            {"text": "Needs you", "url": "#main", "current": True, "count": 5},
            {"text": "All", "url": "#main", "current": False, "count": 27},
            {"text": "Not started", "url": "#main", "current": False, "count": 2},
            {"text": "On hold", "url": "#main", "current": False, "count": 1},
        ],
        "caseload": caseload(),
        "one": {state: [state] for state in ("done", "part", "planned", "rest")},
        "no_answers": [None, None],
        "weeks": [Week(f"{i + 1}", done, 5) for i, done in enumerate([2, 4, 3, 5, 4, 3])],
        "pain_days": [PainDay(f"{i + 1} Nov", *pain) for i, pain in enumerate(PAIN)],
        "bar_items": [
            {"url": "#main", "label": "Today", "icon": "home", "current": True, "count": 0},
            {"url": "#main", "label": "Plan", "icon": "plan", "current": False, "count": 0},
            {"url": "#main", "label": "Progress", "icon": "progress", "current": False, "count": 0},
            {"url": "#main", "label": "Messages", "icon": "messages", "current": False, "count": 1},
            {"url": "#main", "label": "More", "icon": "settings", "current": False, "count": 0},
        ],
    }
