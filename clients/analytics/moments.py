"""What the rules of a plan may know at one moment, read from the database."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from clients.analytics.due import Plan, plans_between
from clients.models import (
    Alert,
    Assignment,
    AssignmentVersion,
    Client,
    Flare,
    FlareAnswer,
    PainLevels,
    PrescribedItem,
    PutOff,
    Session,
)
from clients.rules.adherence import DONE, freq_period, percent, weeks
from clients.rules.lanes import FlareSpan, day_of
from clients.rules.language import Done, Moment
from clients.rules.pain import DEFAULT, PainModel
from routines.content import Rule
from routines.content.rules import parse_window

SESSIONS_READ = 60  # sessions; the longest window of the starter rules looks back at 4
DAYS_READ = 28  # days of answers before sessions; the longest window looks back at 7
SKIPS_READ = 14  # days; a client who did nothing for so long is a gap, not a run of skips


def practice_model() -> PainModel:
    """Return the pain model of the practice in scope: its own levels, or the default."""
    levels = PainLevels.objects.first()
    return levels.model() if levels is not None else DEFAULT


def pain_model(version: AssignmentVersion) -> PainModel:
    """Return the pain model of a plan: the practice's levels with the plan's own upper edge. Runs in its scope."""
    model = practice_model()
    return replace(model, amber_max=max(version.pain_stop, model.green_max + 1))


def done_of(session: Session) -> Done:
    """Return a session as rules look back at it."""
    return Done(
        on=session.occurrence_on,
        before=session.pain_before,
        peak=session.pain_peak,
        worst=session.pain_worst,
        next=session.pain_next,
        effort=session.effort,
        leg_symptoms=session.leg_symptoms or None,
        leg_pain=session.leg_pain,
        can_do=frozenset(session.can_do),
    )


@dataclass(frozen=True)
class Look:
    """A moment of one plan, with the instants at which its sessions began: rules may want new ones only."""

    moment: Moment
    began: tuple[datetime, ...]

    def answering(self, pain_before: int | None) -> "Look":
        """Return the same moment of a check-in with another answer to its question."""
        now = self.moment.now
        if now is None:
            raise ValueError("Only a check-in has an answer to change.")
        days = (*self.moment.days[:-1], (now.on, pain_before))
        return replace(self, moment=replace(self.moment, now=replace(now, before=pain_before), days=days))

    def since(self, at: datetime | None) -> Moment:
        """Return the moment with the sessions that began after `at` alone; all of them for None."""
        if at is None:
            return self.moment
        pairs = zip(self.began, self.moment.sessions, strict=True)
        return replace(self.moment, sessions=tuple(session for begun, session in pairs if begun > at))


def look(
    assignment: Assignment,
    version: AssignmentVersion,
    *,
    at: datetime,
    rules: Collection[Rule],
    session: Session | None = None,
    pain_before: int | None = None,
    is_check_in: bool = False,
    flare_reported: bool = False,
    week_over: date | None = None,
) -> Look:
    """Return what the rules may know at the instant `at`. assignment.client must be loaded.

    session: the one that the moment is about. Before one was started, is_check_in says that its first question was
    answered, by pain_before or, with None, not. week_over: the day after a full week of the plan, for the rules that
    look at weeks; the moment is that day's midnight.
    """
    client = assignment.client
    today = week_over or (session.occurrence_on if session else at.astimezone(ZoneInfo(client.time_zone)).date())
    earlier = Session.objects.filter(assignment=assignment, state=Session.State.FINISHED, fraction__gt=0)
    if session is not None:
        earlier = earlier.filter(started_at__lt=session.started_at).exclude(pk=session.pk)
    rows = list(earlier.filter(started_at__lte=at).order_by("-started_at")[:SESSIONS_READ])[::-1]
    flare = Flare.objects.lasting_on(today).filter(client=client).first()
    now = done_of(session) if session else Done(on=today, before=pain_before) if is_check_in else None
    moment = Moment(
        today=today if week_over is None else today - timedelta(days=1),
        sessions=tuple(done_of(row) for row in rows),
        now=now,
        days=_days(client, today, flare, now, session),
        numbers=_numbers(assignment, today, rules, rows, flare),
        flare_reported=flare_reported,
        red_flag=Alert.objects.open().filter(client=client, reason_key__startswith="safety_").exists() or None,
        left_off=_left_off(assignment, version, rules),
        model=pain_model(version),
    )
    return Look(moment, tuple(row.started_at for row in rows))


def _left_off(
    assignment: Assignment, version: AssignmentVersion, rules: Collection[Rule]
) -> frozenset[tuple[str, str]] | None:
    """Of the parts that rules ask about, those in use neither now nor when the plan was given; None: none is asked."""
    asked = {rule.left_off for rule in rules if rule.left_off is not None}
    if not asked:
        return None
    rows = list(
        PrescribedItem.objects.filter(
            Q(version__number=1) | Q(version=version), version__assignment=assignment, lane="steady"
        ).select_related("exercise_version")
    )
    given = {row.exercise_version.content.slug for row in rows}
    used = {(row.exercise_version.content.slug, part) for row in rows for part in row.parts_in_use}
    return frozenset(each for each in asked - used if each[0] in given)


def spans_of(flares: Collection[Flare]) -> list[FlareSpan]:
    """Return flare-ups as the rules read them."""
    return [FlareSpan(flare.first_day, flare.last_day) for flare in flares]


def _days(
    client: Client, today: date, flare: Flare | None, now: Done | None, session: Session | None
) -> tuple[tuple[date, int | None], ...]:
    """Answers about pain at the start, by day. In a flare only its own days count: what was before is not settling."""
    first = max(today - timedelta(days=DAYS_READ), flare.first_day if flare is not None else date.min)
    asked = Session.objects.filter(client=client, occurrence_on__range=(first, today), events__type="pain_before")
    if session is not None:
        asked = asked.exclude(pk=session.pk)
    found = list(asked.distinct().values_list("occurrence_on", "pain_before"))
    if flare is not None:
        found += FlareAnswer.objects.filter(flare=flare, on__range=(first, today)).values_list("on", "pain")
    rests = PutOff.objects.filter(client=client, on__range=(first, today), choice=PutOff.Choice.REST)
    found += rests.values_list("on", "pain")
    found.sort(key=lambda each: each[0])
    if now is not None:
        found.append((now.on, now.before))
    return tuple(found)


def _numbers(
    assignment: Assignment, today: date, rules: Collection[Rule], rows: Sequence[Session], flare: Flare | None
) -> dict[str, float | None]:
    wanted = {
        condition.metric if condition.window is None else f"{condition.metric}/{condition.window}"
        for rule in rules
        for condition in rule.when
    }
    metrics = {key.partition("/")[0] for key in wanted}
    days = (today - assignment.starts_on).days
    numbers: dict[str, float | None] = {
        "weeks_in_routine": days // 7,
        "days_in_routine": days,
        "days_since_last_session": (today - rows[-1].occurrence_on).days if rows else None,
        "flare_days": day_of(FlareSpan(flare.first_day), today) if flare is not None else 0,
    }
    if "sessions_completed" in metrics:
        numbers["sessions_completed"] = Session.objects.filter(assignment=assignment, counted=True).count()
    over_time = metrics & {"adherence_pct", "weekly_days_done_pct", "breaks_per_day_avg", "skipped_in_a_row"}
    if not over_time:
        return numbers
    windows = [key.partition("/")[2] for key in wanted]  # "" where a metric has none, such as weeks_in_routine
    longest = max([parse_window(window).count for window in windows if "week" in window], default=2)
    first = today - timedelta(weeks=longest)
    plans = plans_between(assignment.client, min(first, today - timedelta(days=SKIPS_READ)), today)
    plan = next((each for each in plans if each.id == assignment.pk), None)
    if plan is None:
        return numbers
    if "skipped_in_a_row" in metrics:
        numbers["skipped_in_a_row"] = _skipped_in_a_row(plan, today)
    for key in wanted:
        metric, _, window = key.partition("/")
        if metric in over_time and window.endswith(("week", "weeks")):
            span = 7 * parse_window(window).count
            begins = today - timedelta(days=span)
            # Until the plan is as old as the window, the window is not known.
            numbers[key] = _over_time(metric, plan, begins, today) if days >= span else None
    return numbers


def _over_time(metric: str, plan: Plan, first: date, today: date) -> float | None:
    """The value of the full days from `first` up to yesterday."""
    last = today - timedelta(days=1)
    if metric == "adherence_pct":
        counts = weeks(
            plan.in_force,
            plan.done_sessions,
            first=first,
            last=last,
            today=today,
            pauses=plan.pauses,
            flare_days=plan.flare_days,
        )
        return percent(freq_period((week.done, week.due) for week in counts))
    done = [each for each in plan.done_sessions if first <= each.on <= last and each.fraction >= DONE]
    schedule = plan.schedule_on(today)
    asked = schedule.planned_between(first, last, pauses=plan.off)
    if not asked:
        return None
    asked_days = asked / schedule.times_per_day
    if metric == "weekly_days_done_pct":
        return min(100, int(100 * len({each.on for each in done}) / asked_days))
    return len(done) / asked_days


def _skipped_in_a_row(plan: Plan, today: date) -> int:
    """How many wanted days in a row, up to yesterday, had nothing done."""
    schedule = plan.schedule_on(today)
    done = {each.on for each in plan.done_sessions if each.fraction > 0}
    count = 0
    for back in range(1, SKIPS_READ + 1):
        day = today - timedelta(days=back)
        if day in done or day < plan.starts_on:
            break
        if schedule.is_wanted_on(day, days_done=done, pauses=plan.off):
            count += 1
    return count
