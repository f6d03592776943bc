"""Geometry of the small charts: numbers in, coordinates out. Units are SVG user units; y grows downwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

DayState = Literal["done", "part", "planned", "rest"]

BAR_WIDTH = 8
BAR_GAP = 3
BAR_HEIGHT = 26
BAR_HEIGHTS: Mapping[DayState, float] = {
    "done": BAR_HEIGHT,
    "part": BAR_HEIGHT / 2,
    "planned": BAR_HEIGHT,
    "rest": 4,
}

SPARK_WIDTH = 96
SPARK_HEIGHT = 40
SPARK_MARGIN = 5  # room for the dot at both ends

PAIN_MAX = 10  # the scale is always drawn whole, so that two charts can be compared


@dataclass(frozen=True)
class Bar:
    """One day: its rectangle (an outline is drawn one unit further in), and its state for shape and colour."""

    x: float
    y: float
    width: float
    height: float
    state: DayState


@dataclass(frozen=True)
class DayBars:
    """The bars of some days, oldest first, with the counts that the label says."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    done: int
    due: int


def day_bars(states: Sequence[DayState]) -> DayBars:
    """Return one bar for each day, oldest first.

    A full bar is a done day, half a bar a part, an outline a planned day that was not done, a dot a rest day.
    `due` counts all days but rest days, `done` the full bars only.
    """
    bars = tuple(_bar(i, state) for i, state in enumerate(states))
    return DayBars(
        bars=bars,
        width=max(len(bars) * (BAR_WIDTH + BAR_GAP) - BAR_GAP, 0),
        height=BAR_HEIGHT,
        done=sum(state == "done" for state in states),
        due=sum(state != "rest" for state in states),
    )


@cache
def _bar(i: int, state: DayState) -> Bar:
    """The bar at a place. A caseload has seven hundred, and each place and state looks the same every time."""
    x, tall = i * (BAR_WIDTH + BAR_GAP), BAR_HEIGHTS[state]
    inset = 1 if state == "planned" else 0
    return Bar(
        x=x + inset,
        y=BAR_HEIGHT - tall + inset,
        width=BAR_WIDTH - 2 * inset,
        height=tall - 2 * inset,
        state=state,
    )


@dataclass(frozen=True)
class Point:
    """A place in the chart and the value it shows."""

    x: float
    y: float
    value: int


@dataclass(frozen=True)
class Sparkline:
    """A pain line on the whole 0-10 scale; a day without an answer breaks no line, it is left out."""

    points: tuple[Point, ...]
    path: str
    middle: float
    width: int
    height: int

    @property
    def first(self) -> Point | None:
        """The oldest answer, None when nobody answered."""
        return self.points[0] if self.points else None

    @property
    def last(self) -> Point | None:
        """The newest answer, None when nobody answered."""
        return self.points[-1] if self.points else None

    @property
    def direction(self) -> Literal["up", "down", "level", "unknown"]:
        """Where the last answer stands against the first; unknown with fewer than two answers."""
        if len(self.points) < 2:
            return "unknown"
        change = self.points[-1].value - self.points[0].value
        return "up" if change > 0 else "down" if change < 0 else "level"


def sparkline(values: Sequence[int | None]) -> Sparkline:
    """Return the line of pain answers (0-10, None for no answer), oldest first, evenly spaced by position.

    Raises ValueError for a value outside 0-10.
    """
    _check_pain(values)
    step = (SPARK_WIDTH - 2 * SPARK_MARGIN) / max(len(values) - 1, 1)
    points = tuple(
        Point(x=round(SPARK_MARGIN + i * step, 1), y=_pain_y(value, SPARK_HEIGHT, SPARK_MARGIN), value=value)
        for i, value in enumerate(values)
        if value is not None
    )
    return Sparkline(
        points=points,
        path=_path(points),
        middle=_pain_y(PAIN_MAX // 2, SPARK_HEIGHT, SPARK_MARGIN),
        width=SPARK_WIDTH,
        height=SPARK_HEIGHT,
    )


@dataclass(frozen=True)
class Week:
    """One week of a plan: its label, sessions done and planned (done may be more than planned)."""

    label: str
    done: int
    planned: int


@dataclass(frozen=True)
class WeekColumn:
    """A week drawn: outline of what was planned, filled with what was done."""

    x: float
    middle: float
    planned_y: float
    planned_height: float
    done_y: float
    done_height: float
    value_y: float
    week: Week


@dataclass(frozen=True)
class WeekBars:
    """Columns of weeks, oldest first."""

    columns: tuple[WeekColumn, ...]
    column_width: float
    width: int
    height: int
    base: float
    label_y: float


def week_bars(weeks: Sequence[Week], *, width: int = 340, height: int = 150) -> WeekBars:
    """Return a column for each week, all on one scale from 0 to the largest count (at least 1)."""
    top, base = 22, height - 24  # room for the count above and the label below
    most = max((max(week.done, week.planned) for week in weeks), default=1) or 1
    slot = width / max(len(weeks), 4)
    column = round(min(slot * 0.62, 44), 1)

    def tall(count: int) -> float:
        return round((base - top) * count / most, 1)

    columns = tuple(
        WeekColumn(
            x=round(slot * i + (slot - column) / 2, 1),
            middle=round(slot * (i + 0.5), 1),
            planned_y=round(base - tall(week.planned), 1),
            planned_height=tall(week.planned),
            done_y=round(base - tall(week.done), 1),
            done_height=tall(week.done),
            value_y=round(base - tall(max(week.done, week.planned)) - 6, 1),
            week=week,
        )
        for i, week in enumerate(weeks)
    )
    return WeekBars(columns=columns, column_width=column, width=width, height=height, base=base, label_y=height - 5)


@dataclass(frozen=True)
class PainDay:
    """Pain around one session (0-10); None where the question was not answered."""

    label: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class GridLine:
    """A horizontal line of the scale."""

    y: float
    value: int


@dataclass(frozen=True)
class PainChart:
    """Pain before sessions as a line, after sessions as dots, on the whole 0-10 scale."""

    before: tuple[Point, ...]
    after: tuple[Point, ...]
    path: str
    grid: tuple[GridLine, ...]
    left: float
    scale_x: float
    label_y: float
    width: int
    height: int
    first_label: str
    last_label: str


def pain_chart(days: Sequence[PainDay], *, width: int = 340, height: int = 190) -> PainChart:
    """Return the chart of some sessions, oldest first. Raises ValueError for a value outside 0-10."""
    _check_pain([day.before for day in days] + [day.after for day in days])
    left, margin = 26, 12
    plot = height - 24  # the dates stand below
    step = (width - left - 2 * margin) / max(len(days) - 1, 1)

    def at(i: int, value: int) -> Point:
        return Point(x=round(left + margin + i * step, 1), y=_pain_y(value, plot, margin), value=value)

    before = tuple(at(i, day.before) for i, day in enumerate(days) if day.before is not None)
    return PainChart(
        before=before,
        after=tuple(at(i, day.after) for i, day in enumerate(days) if day.after is not None),
        path=_path(before),
        grid=tuple(GridLine(y=_pain_y(value, plot, margin), value=value) for value in (0, 5, 10)),
        left=left,
        scale_x=left - 8,
        label_y=height - 4,
        width=width,
        height=height,
        first_label=days[0].label if days else "",
        last_label=days[-1].label if len(days) > 1 else "",
    )


def _pain_y(value: int, height: float, margin: float) -> float:
    return round(height - margin - (height - 2 * margin) * value / PAIN_MAX, 1)


def _path(points: Sequence[Point]) -> str:
    """Return the SVG path through the points, "" for none."""
    return "M" + "L".join(f"{point.x:g} {point.y:g}" for point in points) if points else ""


def _check_pain(values: Sequence[int | None]) -> None:
    for value in values:
        if value is not None and not 0 <= value <= PAIN_MAX:
            raise ValueError(f"pain is {value}; it is 0 to {PAIN_MAX}, or None for no answer.")
