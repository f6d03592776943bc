"""Made-up contexts for the style guide: what each page template needs, with people who do not exist."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from clients.analytics.after import Done
from clients.analytics.helps import HELPS
from clients.analytics.lanes_today import LanesToday
from clients.analytics.progress import Ability
from clients.analytics.today import Card, DayMark, Today
from clients.forms import PainForm, after_form
from clients.preference_forms import FigureForm
from clients.rules.adherence import Week
from clients.rules.helping import PainStory, WeekStory
from clients.rules.schedule import Schedule
from clients.safety_words import stop_signs, words
from clients.views.invitation import DeviceForm
from clients.views.sign_in import AddressForm, CodeForm
from portal.lib.appearance import Appearance
from portal.styleguide_parts import PAIN, Context, ExampleForm, component_examples, week

TODAY = date(2026, 11, 19)
SOME_ID = UUID("6f1f3a50-8f6c-4d53-9d8e-3f1f8f1f9a11")

lead = SimpleNamespace(get_short_name="Anna", get_full_name="Anna Kowalska")
practice = SimpleNamespace(name="Riverside Physiotherapy", phone="020 7946 0123")
client = SimpleNamespace(
    pk=0,
    call_name="Margaret",
    lead=lead,
    practice=practice,
    first_side="left",
    anchor="lunch",
    anchor_words="",
    reminder_times=["08:30"],
)


def _card(**changes: Any) -> Card:
    values: dict[str, Any] = {
        "assignment_id": 1,
        "name": "Morning back and hips",
        "on": TODAY,
        "slot": 1,
        "slots": 1,
        "minutes": 12,
        "exercises": 6,
        "kit": ["mat", "pillow"],
        "state": "ready",
        "session_id": None,
        "note": "",
    }
    return Card(**{**values, **changes})


def _today(**changes: Any) -> Context:
    values: dict[str, Any] = {
        "day": TODAY,
        "part_of_day": "morning",
        "state": "ready",
        "cards": [_card()],
        "week": [DayMark(**day) for day in week()],
        "done": 2,
        "planned": 5,
        "next_on": TODAY + timedelta(days=2),
        "is_back": False,
        "lanes": LanesToday(plans=(), flare_day=None, asks_pain=False, next_day=(), notes=(), may_report=True),
    }
    helps = [SimpleNamespace(help=each, minutes=3) for each in HELPS[:3]]
    return {"client": client, "practice": practice, "page": Today(**{**values, **changes}), "helps": helps}


def _entry(pk: int, title: str, words: str, seconds: float) -> Any:
    steps = [
        "Lie on your back with your knees bent and your feet flat.",
        "Breathe out and bring one knee to your chest.",
        "Clasp your hands round your knee or upper shin. Hold.",
    ]
    return SimpleNamespace(
        title=title,
        dose_words=words,
        item=SimpleNamespace(
            pk=pk, optional=False, choice_group="", opted_in=[], adapted={}, note="Keep this one slow and small."
        ),
        timeline=SimpleNamespace(seconds=seconds),
        foreign="",
        content=SimpleNamespace(
            aim="To ease a stiff lower back.",
            position="lying on the back",
            equipment=["mat", "pillow"],
            sides="none",
            figures={},
            segments=[
                SimpleNamespace(
                    key="single",
                    name="One knee",
                    is_opt_in=False,
                    repeat="per_dose",
                    sides=None,
                    steps=[SimpleNamespace(text=text, phase="move", pose=None) for text in steps],
                )
            ],
            focus_points=["Keep a steady, slow rhythm."],
            precautions=["Stop if the pain spreads down your leg."],
        ),
    )


def _plan() -> Any:
    return SimpleNamespace(
        name="Morning back and hips",
        assignment=SimpleNamespace(pk=1, name="Morning back and hips"),
        next_go=lambda day: (1, None),
        version=SimpleNamespace(
            note="Start gently. We look at it together on Friday.",
            created_by=SimpleNamespace(get_short_name="Anna"),
            created_at=datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
            changes=[
                {"kind": "sets", "title": "Bridge", "before": 3, "after": 2},
                {"kind": "range_left", "title": "Knee squeezes", "before": 100, "after": 60},
            ],
        ),
        schedule=Schedule(kind="weekdays", starts_on=TODAY, weekdays=frozenset({0, 2, 3, 5, 6})),
        prescribed=[
            _entry(1, "Pelvic tilt", "10 times, hold 3 seconds", 90),
            _entry(2, "Knee squeezes", "2 each side, hold 8 seconds", 116),
            _entry(3, "Bridge", "2 sets of 8, hold 3 seconds, rest 30 seconds between sets", 180),
            _entry(4, "Cat and cow", "8 times", 120),
        ],
    )


def _session(index: int, before: int | None, after: int | None) -> Any:
    return SimpleNamespace(
        pk=SOME_ID,
        occurrence_on=TODAY - timedelta(days=2 * index),
        state="finished",
        assignment=SimpleNamespace(name="Morning back and hips"),
        pain_before=before,
        pain_peak=max(before or 0, after or 0),
        pain_after=after,
        effort=5,
        started_at=datetime(2026, 11, 19, 8, 0, tzinfo=UTC),
        finished_at=datetime(2026, 11, 19, 8, 12, tzinfo=UTC),
        note="The bridge felt easier today.",
    )


def _progress(*, started: bool = True) -> Context:
    monday = date(2026, 10, 12)
    counts = [(2, 5), (4, 5), (3, 5), (5, 5), (4, 5), (2, 3)] if started else []
    return {
        "client": client,
        "practice": practice,
        "page": SimpleNamespace(
            weeks=[
                Week(monday + timedelta(weeks=i), due, done, Fraction(done)) for i, (done, due) in enumerate(counts)
            ],
            sessions=[_session(i, *pain) for i, pain in enumerate(reversed(PAIN))] if started else [],
            pain=PainStory("eased", 6, 3, 6) if started else None,
            regular=WeekStory(6, 6) if started else WeekStory(0, 0),
            is_return=False,
            abilities=[Ability("Bridge", "", False, 8, 20, 20)],
            how={SOME_ID: "guided"},
        ),
    }


def _after(step: str, number: int = 1) -> Context:
    session = _session(0, 3, None)
    return {
        "client": client,
        "practice": practice,
        "session": session,
        "form": after_form(step, None, session),
        "step": step,
        "number": number,
        "steps": 3,
        "back": "#main" if number > 1 else "",
    }


def _check_in() -> Context:
    return {"client": client, "practice": practice, "form": PainForm(), "session_id": SOME_ID, "pain_stop": 5}


def _shared(**extra: Any) -> Context:
    return {"client": client, "practice": practice, **extra}


PAGES: dict[str, tuple[str, Callable[[], Context]]] = {
    "today": ("clients/today.html", _today),
    "today-started": (
        "clients/today.html",
        lambda: _today(
            cards=[_card(state="started", session_id=str(SOME_ID)), _card(name="Evening walk", slot=2, slots=2)]
        ),
    ),
    "today-done": ("clients/today.html", lambda: _today(state="done", cards=[_card(state="done")], done=3)),
    "today-rest": ("clients/today.html", lambda: _today(state="rest", cards=[], part_of_day="evening")),
    "today-new": ("clients/today.html", lambda: _today(state="no_plan", cards=[], done=0, planned=0)),
    "today-back": ("clients/today.html", lambda: _today(is_back=True)),
    "plan": ("clients/plan.html", lambda: _shared(plans=[_plan()])),
    "exercise": ("clients/exercise.html", lambda: _shared(plan=_plan(), entry=_plan().prescribed[1])),
    "progress": ("clients/progress.html", _progress),
    "progress-new": ("clients/progress.html", lambda: _progress(started=False)),
    "session": (
        "clients/session_detail.html",
        lambda: _shared(session=_session(0, 5, 3), how="ticked", can_change=True),
    ),
    "more": (
        "clients/more.html",
        lambda: _shared(form=ExampleForm(), appearance=Appearance(), figure_form=FigureForm(None, palette="rose")),
    ),
    "help": ("clients/help.html", lambda: _shared(signs=stop_signs(), words=words())),
    "check-in": ("clients/checkin.html", _check_in),
    "after-pain": ("clients/after_pain.html", lambda: _after("pain")),
    "after-effort": ("clients/after_effort.html", lambda: _after("effort", 3)),
    "after-note": ("clients/after_note.html", lambda: _after("note")),
    "invitation": (
        "clients/invitation.html",
        lambda: {"form": DeviceForm(), "practice_name": "Riverside", "initials": "M… H…"},
    ),
    "sign-in": ("clients/sign_in.html", lambda: {"form": AddressForm(), "next": ""}),
    "sign-in-code": (
        "clients/sign_in_code.html",
        lambda: {"form": CodeForm(), "email": "margaret@example.org", "wait_seconds": 30},
    ),
    "done": (
        "clients/done.html",
        lambda: {
            **_today(done=3),
            "session": _session(0, 3, 5),
            "result": Done(minutes=12, exercises=6, how="guided", advice_above=5),
            "can_change": True,
        },
    ),
    **{f"error-{name}": (f"{name}.html", dict) for name in ("400", "403", "404", "413", "429", "500")},
    "caseload": ("styleguide/desk.html", lambda: {"title": "Caseload", **component_examples()}),
}
