"""The plan editor: what was typed, what it comes to, and what the buttons do to it. Works on posted values, so that
nothing typed is lost, whatever is wrong with it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from clients.analytics.budget import bite_remarks, budget_remarks, day_budget
from clients.analytics.cautions import open_problems
from clients.errors import Invalid
from clients.exports.prescription import (
    Prescribed,
    bites_of,
    exercise_count,
    kit_of,
    plan_seconds,
    prescribe,
    whole_minutes,
)
from clients.item_form import ItemForm
from clients.models import Assignment, Client
from clients.plan_forms import PlanForm
from clients.rules.bites import Bite
from clients.rules.contraindications import NO_ANSWER, Answer, Caution
from clients.rules.plan_steps import MINUTE_S
from clients.rules.schedule import GOALS, Schedule
from clients.services.assign import general_cautions
from clients.services.drafting import (
    MAX_ITEMS,
    CheckedItem,
    ItemDraft,
    approvals_in,
    check_items,
    written_lanes_of,
)
from clients.services.lane_drafts import lanes_for
from clients.views.practitioner.posting import WHY, YES, RawRow, answers_in, fit_to_goal, id_in, rows_in, set_rows
from portal.accounts.models import User
from portal.lib.form_numbers import named
from routines.finding.alternatives import alternatives
from routines.models import Exercise, ExerciseLink, ExerciseVersion, Routine
from routines.remarks import Remark, remarks_on_number
from routines.views.picker import offered_version

ACTION = re.compile(r"(up|down|remove|swap|others)-(\d{1,3})(?:-(\d{1,18}))?")
DROP = re.compile(r"to-(\d{1,3}):items\[(\d{1,3})\]")  # where it goes, and which one was dragged
ADD = re.compile(r"add:(\d{1,18})")
ADD_FIELD = "add-exercise"  # id of the search box of the picker


@dataclass
class Question:
    """A caution as the page puts it. name: of the form field, "" where the same question stands above already."""

    caution: Caution
    field_id: str
    answer: Answer
    instead: Exercise | None
    error: str
    is_repeat: bool


@dataclass
class Row:
    """One exercise of the page. checked is None where the form is not valid."""

    index: int
    form: ItemForm
    checked: CheckedItem | None = None
    questions: list[Question] = field(default_factory=list)
    swaps: list[ExerciseLink] = field(default_factory=list)
    others: list[Exercise] | None = None  # for the same part of the body; None: nobody asked for them
    is_first: bool = False
    is_last: bool = False

    @property
    def seconds(self) -> int:
        return round(self.checked.prescribed.timeline.seconds) if self.checked and self.checked.prescribed else 0

    @property
    def has_own_figure(self) -> bool:
        """Whether the figure is another one for this client, or something is wrong with what was typed for it."""
        names = [name for name in self.form.fields if name.startswith("range_") or name == "poses"]
        return bool(self.checked and self.checked.draft.adapted) or any(self.form[name].errors for name in names)

    @property
    def words(self) -> str:
        return self.checked.prescribed.dose_words if self.checked and self.checked.prescribed else ""


class PlanEditor:
    """One plan on the page, for one client.

    running is the plan that is changed, None for a new one; today is the client's date.
    """

    def __init__(
        self,
        post: MultiValueDict[str, str],
        *,
        client: Client,
        user: User,
        today: date,
        routine: Routine | None = None,
        running: Assignment | None = None,
    ) -> None:
        self.client, self.user, self.routine, self.running = client, user, routine, running
        self.post = post
        self.today = today
        self.goal = post.get("kind", "") if post.get("kind") in GOALS else ""
        fit_to_goal(post)
        self.raw_rows = rows_in(post)
        self.answers = answers_in(post)
        version = running.current_version if running else None
        current = Schedule.from_dict(version.schedule) if version else None
        self.plan_form = PlanForm(post, client=client, today=today, current=current)
        self.focus = ""
        self.others_of = -1  # index of the row whose alternatives are asked for; -1: none
        self.tried_to_save = False
        self._build()

    @classmethod
    def start(
        cls, initial: Mapping[str, Any], drafts: Sequence[ItemDraft], answers: Mapping[str, Answer], **who: Any
    ) -> "PlanEditor":
        """Return the editor as it stands before anything is typed."""
        post: MultiValueDict[str, str] = MultiValueDict()
        for name, value in initial.items():
            if value not in (None, ""):
                post.setlist(name, [str(each) for each in value] if isinstance(value, list) else [str(value)])
        for key, answer in answers.items():
            if answer.confirmed:
                post.setlist(YES + key, ["on"])
            if answer.reason:
                post.setlist(WHY + key, [answer.reason])
        if initial.get("kind") == "walk" and drafts:
            walk = drafts[0].exercise_version.content.dose.override(**drafts[0].dose)
            post.setlist("walk_min", [str(max(1, round((walk.duration_s or 0) / MINUTE_S)))])
        set_rows(post, [ItemForm.raw(draft) for draft in drafts])
        return cls(post, **who)

    @property
    def starts_adding(self) -> bool:
        """Whether the page opens in the search box, to which exercises are added next."""
        return self.focus == ADD_FIELD

    # --- buttons ----------------------------------------------------------------------------------------------

    def act(self, button: str) -> None:
        """Do what a button asks: add:<exercise>, up-<i>, down-<i>, remove-<i>, others-<i>, swap-<i>-<exercise>,
        to-<place>:items[<i>]; others only update.

        Raises Http404 for an exercise that the person may not see.
        """
        rows = list(self.raw_rows)
        added = ADD.fullmatch(button)
        if added:
            rows.append(ItemForm.raw(ItemDraft(exercise_version=offered_version(self.user, added[1]))))
            self.focus = ADD_FIELD
        elif dropped := DROP.fullmatch(button):
            place, index = int(dropped[1]), int(dropped[2])
            if max(place, index) >= len(rows):
                return
            rows.insert(place, rows.pop(index))
            self.focus = f"item-{place}"
        else:
            found = ACTION.fullmatch(button)
            index = int(found[2]) if found else -1
            if found is None or index >= len(rows) or (found[1] == "swap" and not found[3]):
                return
            self.focus = self._move(found[1], index, found[3] or "", rows)
        set_rows(self.post, rows)
        fit_to_goal(self.post)
        self.raw_rows = rows_in(self.post)
        self._build()

    def _move(self, verb: str, index: int, exercise: str, rows: list[RawRow]) -> str:
        """Change the rows and return the id that gets the focus."""
        if verb == "remove":
            del rows[index]
            return f"item-{min(index, len(rows) - 1)}" if rows else ADD_FIELD
        if verb == "others":
            self.others_of = index
            return f"others-{index}"
        if verb == "swap":
            rows[index] = ItemForm.raw(ItemDraft(exercise_version=offered_version(self.user, exercise)))
            return f"item-{index}"
        other = index - 1 if verb == "up" else index + 1
        if 0 <= other < len(rows):
            rows[index], rows[other] = rows[other], rows[index]
            return f"{verb}-{other}"
        return f"item-{index}"

    # --- what it comes to -------------------------------------------------------------------------------------

    def _build(self) -> None:
        versions = self._versions()
        self.rows = []
        for index, raw in enumerate(self.raw_rows):
            version = versions.get(id_in(raw))
            if version is None:
                raise Http404
            form = ItemForm(self.post, prefix=f"item-{index}", version=version, goal=self.goal)
            self.rows.append(Row(index, form, is_first=index == 0, is_last=index == len(self.raw_rows) - 1))
        valid = [row for row in self.rows if row.form.is_valid()]
        checked = check_items(
            [row.form.to_draft() for row in valid], client=self.client, approvals=approvals_in(self.routine)
        )
        for row, item in zip(valid, checked, strict=True):
            row.checked = item
            for name, sentence in item.problems.items():
                add_item_error(row.form, name, sentence)
        self.general: list[Question] = []
        self._ask()
        self._offer_swaps()

    def _versions(self) -> dict[int, ExerciseVersion]:
        wanted = {id_in(raw) for raw in self.raw_rows}
        rows = ExerciseVersion.objects.filter(
            pk__in=wanted, exercise__in=Exercise.objects.visible_to(self.user), published_at__isnull=False
        ).select_related("exercise")
        return {row.pk: row for row in rows}

    def _ask(self, errors: Mapping[str, str] | None = None) -> None:
        """Put the questions that the client's tags raise, each answered once."""
        general = general_cautions(self.client, self.routine)
        offered = {caution.instead for row in self.rows if row.checked for caution in row.checked.cautions}
        instead = self._by_slug({slug for slug in offered if slug})
        asked: set[str] = set()

        def questions(cautions: Iterable[Caution]) -> list[Question]:
            found = []
            for caution in cautions:
                found.append(
                    Question(
                        caution=caution,
                        field_id="q-" + caution.key.replace(":", "-"),
                        answer=self.answers.get(caution.key, NO_ANSWER),
                        instead=instead.get(caution.instead or ""),
                        error=(errors or {}).get(caution.key, ""),
                        is_repeat=caution.key in asked,
                    )
                )
                asked.add(caution.key)
            return found

        self.general = questions(general)
        for row in self.rows:
            row.questions = questions(row.checked.cautions) if row.checked else []

    def _offer_swaps(self) -> None:
        """Give each row the easier and the harder form of its exercise, as far as the person may give them.

        The row that was asked about gets others for the same part of the body too.
        """
        places: dict[int, list[Row]] = {}
        for row in self.rows:
            places.setdefault(row.form.exercise_version.exercise_id, []).append(row)
        offered = Exercise.objects.visible_to(self.user).offered()
        links = ExerciseLink.objects.filter(exercise__in=places, target__in=offered).select_related("target")
        for link in links.order_by("kind"):  # "easier" comes before "harder"
            for row in places[link.exercise_id]:
                row.swaps.append(link)
        if 0 <= self.others_of < len(self.rows):
            row = self.rows[self.others_of]
            known = {*places, *(link.target_id for link in row.swaps)}
            row.others = alternatives(self.user, row.form.content, tags=self.client.tags, leave_out=known)

    def _by_slug(self, slugs: set[str]) -> dict[str, Exercise]:
        if not slugs:
            return {}
        rows = Exercise.objects.visible_to(self.user).published().filter(slug__in=slugs).order_by("practice_id")
        found: dict[str, Exercise] = {}
        for row in rows:
            if row.slug not in found or row.practice_id is not None:
                found[row.slug] = row
        return found

    @property
    def drafts(self) -> list[ItemDraft]:
        return [row.checked.draft for row in self.rows if row.checked is not None]

    @property
    def entries(self) -> list[Prescribed]:
        """What could be worked out of the plan, in its order."""
        return [row.checked.prescribed for row in self.rows if row.checked and row.checked.prescribed]

    @property
    def exercises(self) -> int:
        """How many a session holds, as the client's own pages count them."""
        return exercise_count(self.entries) + len(self.rows) - len(self.entries)

    @property
    def seconds(self) -> float:
        return plan_seconds(self.entries)

    @property
    def minutes(self) -> int:
        return whole_minutes(self.seconds)

    @property
    def bites(self) -> tuple[Bite, ...]:
        """The session in bites, where a length was chosen for them."""
        minutes = self.plan_form.cleaned_data.get("bite_min") if self.plan_form.is_valid() else None
        return bites_of(self.entries, minutes)[1] if minutes else ()

    @property
    def kit(self) -> list[str]:
        return kit_of(self.entries)

    @property
    def remarks(self) -> list[Remark]:
        return remarks_on_number(
            (
                "optional" in row.form.fields and bool(row.form["optional"].value()),
                row.form["choice_group"].value() or "",
            )
            for row in self.rows
        )

    @property
    def budget(self) -> list[Remark]:
        """What the day comes to, beside what the client said."""
        form = self.plan_form
        times = form.cleaned_data.get("times_per_day") if form.is_valid() else None
        day = day_budget(self.client, minutes=self.minutes, times=times or 1, day=self.today, running=self.running)
        return [*budget_remarks(day, self.client.call_name), *bite_remarks(self.bites)]

    @property
    def is_full(self) -> bool:
        return len(self.rows) >= MAX_ITEMS

    @property
    def lanes(self) -> list[tuple[str, list[Prescribed]]]:
        """The sore and the flare lane as they would be made or kept, with their exercises compiled.

        Empty while a dose on the page cannot be worked out: nothing is made from what is wrong.
        """
        if not all(row.checked and row.checked.prescribed for row in self.rows):
            return []
        version = self.running.current_version if self.running else None
        made = lanes_for(
            self.drafts,
            client=self.client,
            routine=self.routine,
            answers=self.answers,
            written=written_lanes_of(version) if version else None,
        )
        return [
            (
                lane,
                [
                    prescribe(draft.to_row(position=place), first_side=self.client.first_side)
                    for place, draft in enumerate(drafts, start=1)
                ],
            )
            for lane, drafts in made.items()
        ]

    @property
    def question_keys(self) -> list[str]:
        """Keys of all questions on the page; a script loads the page anew when an edit changes them."""
        rows = [question for row in self.rows for question in row.questions]
        return sorted({question.caution.key for question in [*self.general, *rows]})

    @property
    def is_valid(self) -> bool:
        forms_fine = self.plan_form.is_valid() and all(row.form.is_valid() for row in self.rows)
        return bool(self.rows) and forms_fine and all(row.checked is not None for row in self.rows)

    def show(self, error: Invalid | None) -> None:
        """Put what the service refused beside the fields it names; with None, what can be told before asking it."""
        self.tried_to_save = True
        cautions = [question.caution for question in self.general]
        cautions += [caution for row in self.rows if row.checked for caution in row.checked.cautions]
        self._ask(open_problems(cautions, self.answers))
        if not self.rows:
            self.plan_form.add_error(None, _("The plan is empty. Add an exercise."))
        for name, sentence in (error.errors if error else {}).items():
            place = name.split(".", 2)
            if place[0] == "items" and len(place) == 3:
                add_item_error(self.rows[int(place[1])].form, place[2], sentence)
            elif place[0] != "answers":
                self.plan_form.add_error(name if name in self.plan_form.fields else None, sentence)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Everything that is wrong, as (id of the field, sentence), in the order of the page."""
        found = [("", str(text)) for text in self.plan_form.non_field_errors()]
        found += [(q.field_id, q.error) for q in self.general if q.error]
        for row in self.rows:
            title = row.form.content.name
            found += [(f"item-{row.index}", f"{title}: {text}") for text in row.form.non_field_errors()]
            for bound in row.form:
                found += [(_target(bound), f"{title}: {named(bound, str(text))}") for text in bound.errors]
            found += [(q.field_id, f"{title}: {q.error}") for q in row.questions if q.error and not q.is_repeat]
        for bound in self.plan_form:
            found += [(_target(bound), f"{bound.label}: {text}") for text in bound.errors]
        return found


def add_item_error(form: ItemForm, name: str, sentence: str) -> None:
    """Put a problem of an item beside its field, or on top of the item where it has none."""
    target = {"segments": "parts"}.get(name, name)
    if not form.has_error(target, None):
        form.add_error(target if target in form.fields else None, sentence)


def _target(bound: Any) -> str:
    return f"{bound.auto_id}_0" if bound.use_fieldset else str(bound.id_for_label)
