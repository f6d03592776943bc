"""Who is in the demo: two practices, their staff, and fifteen clients with a story each. None of them exists."""

from dataclasses import dataclass, field
from typing import Literal

from portal.accounts.models import Role

PASSWORD = "steady-steps-every-day"  # noqa: S105  printed at start-up; the demo exists in development only


@dataclass(frozen=True, slots=True)
class Staff:
    """One member of staff of a practice."""

    email: str
    first_name: str
    last_name: str
    roles: tuple[Role, ...]
    edits_shared_library: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """How a client's weeks went, for a history that looks like one.

    routine: slug of the template. weeks: how long the plan has run. regularity: chance that a planned session is done,
    first and last week. pain: before a session, first and last week. doses: overrides by exercise. opted_in: gated
    segments that were switched on. silent_days: no session in the last days.
    """

    routine: str
    weeks: int = 12
    regularity: tuple[float, float] = (0.8, 0.8)
    pain: tuple[float, float] = (5.0, 3.0)
    opted_in: tuple[str, ...] = ()
    silent_days: int = 0
    reminder: str = "08:30"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a client wants to do again, in minutes, and what was told of it: one value a week, the last one now."""

    activity: str
    began_at: int
    target: int
    told: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DemoClient:
    """One client; without a story they were invited and have not started, or have no plan yet."""

    email: str
    first_name: str
    last_name: str
    problem: str
    lead: str  # e-mail address of the physiotherapist
    state: Literal["invited", "active", "on_hold"] = "active"
    time_zone: str = "Europe/London"
    usual_pain: int | None = 4
    tags: tuple[str, ...] = ()
    story: Story | None = None
    shared_with: tuple[str, ...] = ()
    messages: tuple[tuple[Literal["client", "lead"], str], ...] = ()  # one a day, the last one yesterday
    goal: Goal | None = None
    weekly_note: bool = False  # asked for the note on Sundays
    notes: tuple[tuple[str, str], ...] = ()  # whose (e-mail) and the words; one a day, the last one yesterday


@dataclass(frozen=True, slots=True)
class DemoPractice:
    """A practice with its people."""

    name: str
    slug: str
    sender_name: str
    phone: str
    time_zone: str
    staff: tuple[Staff, ...]
    clients: tuple[DemoClient, ...] = field(default=())


PRIYA = "priya@riverside.example"
NORA = "nora@riverside.example"
OLIVE = "olive@riverside.example"
LEO = "leo@riverside.example"
PAULO = "paulo@hillside.example"
INES = "ines@hillside.example"

SHORT = "knee-squeezes-short"

RIVERSIDE = DemoPractice(
    name="Riverside Physiotherapy",
    slug="demo",
    sender_name="Riverside",
    phone="020 7946 0123",
    time_zone="Europe/London",
    staff=(
        Staff(PRIYA, "Priya", "Shah", (Role.PRACTITIONER,)),
        Staff(NORA, "Nora", "Lindqvist", (Role.PRACTITIONER,)),
        Staff(OLIVE, "Olive", "Bennett", (Role.OWNER,)),
        Staff(LEO, "Leo", "Marsh", (Role.EDITOR,), edits_shared_library=True),
    ),
    clients=(
        DemoClient(
            "margaret@home.example", "Margaret", "Hill", "Low back pain", PRIYA,
            story=Story(SHORT, opted_in=("rocking",), pain=(5, 2), regularity=(0.75, 0.95)),
            messages=(
                ("client", "The rocking feels good now. May I do it every day?"),
                ("lead", "Yes, on the thick blanket, and stop when it pulls. Lovely to hear."),
                ("client", "Thank you, I will."),
            ),
            goal=Goal("Sit through a film", began_at=30, target=50, told=(35, 40)),
            weekly_note=True,
            notes=(
                (PRIYA, "Hears better on the right side: sit there, and show each exercise before you explain it."),
                (PRIYA, "Afraid of the rocking after it pulled once. We agreed on the thick blanket and two a side."),
            ),
        ),
        DemoClient(
            "carl@home.example", "Carl", "Hansen", "Stiff lower back", PRIYA,
            story=Story("morning-mobility-10", pain=(4, 3), regularity=(0.6, 0.85)),
            messages=(("client", "Can I do the evening session in the morning on Saturdays?"),),
        ),
        DemoClient(
            "tom@home.example", "Tom", "Okafor", "Low back pain", PRIYA,
            story=Story("strength-phase-1", weeks=4, pain=(4, 4), regularity=(0.9, 0.5), silent_days=6),
        ),
        DemoClient(
            "janet@home.example", "Janet", "Moss", "Desk work", PRIYA,
            story=Story("evening-wind-down", weeks=6, pain=(3, 2), regularity=(0.9, 0.95)),
        ),
        DemoClient(
            "alan@home.example", "Alan", "Reid", "Back, after a lift", PRIYA,
            story=Story("strength-phase-2", weeks=4, pain=(3, 1), regularity=(0.95, 0.95)),
        ),
        DemoClient(
            "ruth@home.example", "Ruth", "Adeyemi", "Low back pain", PRIYA, usual_pain=6,
            story=Story(SHORT, weeks=5, pain=(5, 7), regularity=(0.8, 0.7)),
        ),
        DemoClient(
            "george@home.example", "George", "Novak", "Leg pain from the back", PRIYA,
            tags=("acute_radiculopathy",),
            story=Story("sciatica-sensitive", weeks=3, pain=(6, 4), regularity=(0.7, 0.8)),
        ),
        DemoClient(
            "eleni@home.example", "Eleni", "Papadaki", "Low back pain", PRIYA, time_zone="Europe/Athens",
            tags=("osteoporosis",), shared_with=(NORA,),
            notes=(
                (PRIYA, "In Athens until the end of the month, so only by message. Nora sees her when she is back."),
                (NORA, "Spoke on the phone. Walks twenty minutes on the flat and wants hills: not before her check."),
            ),
            story=Story("walking-build-up", weeks=8, pain=(3, 2), regularity=(0.85, 0.9)),
        ),
        DemoClient(
            "bill@home.example", "Bill", "Turner", "Low back pain", PRIYA, state="on_hold",
            story=Story("morning-mobility-10", weeks=7, pain=(5, 4), regularity=(0.6, 0.3), silent_days=10),
        ),
        DemoClient("sofia@home.example", "Sofia", "Marino", "Low back pain", PRIYA, state="invited"),
        DemoClient("henry@home.example", "Henry", "Clarke", "Stiff lower back", PRIYA),
        DemoClient(
            "omar@home.example", "Omar", "Haddad", "Low back pain", NORA,
            story=Story("first-aid-stiff-back", weeks=1, pain=(7, 5), regularity=(0.8, 0.8)),
        ),
        DemoClient(
            "ingrid@home.example", "Ingrid", "Berg", "Low back pain", NORA, time_zone="Europe/Oslo",
            story=Story("strength-phase-3", weeks=6, pain=(2, 1), regularity=(0.9, 0.9)),
        ),
        DemoClient(
            "david@home.example", "David", "Chen", "Desk work", NORA,
            story=Story("morning-mobility-10", pain=(4, 2), regularity=(0.5, 0.8)),
        ),
        DemoClient(
            "mary@home.example", "Mary", "Walsh", "Low back pain", NORA,
            story=Story(SHORT, weeks=2, pain=(4, 4), regularity=(0.4, 0.4)),
        ),
    ),
)  # fmt: skip

HILLSIDE = DemoPractice(
    name="Hillside Clinic",
    slug="demo-next-door",
    sender_name="Hillside",
    phone="0131 496 0456",
    time_zone="Europe/Berlin",
    staff=(
        Staff(PAULO, "Paulo", "Costa", (Role.PRACTITIONER, Role.OWNER)),
        Staff(INES, "Ines", "Falk", (Role.PRACTITIONER,)),
        Staff("mila@hillside.example", "Mila", "Sander", (Role.EDITOR,)),
    ),
    clients=(  # one, with one of everything
        DemoClient(
            "greta@home.example", "Greta", "Vogel", "Low back pain", PAULO, time_zone="Europe/Berlin",
            shared_with=(INES,),
            story=Story(SHORT, weeks=3, pain=(4, 3)),
            messages=(
                ("client", "Is it all right that I feel it in my hip as well?"),
                ("lead", "A little is fine. Tell me if it stays the next day."),
            ),
            goal=Goal("Weed the garden", began_at=10, target=30, told=(15,)),
            notes=((PAULO, "Waits for a letter from the hospital. No rocking until it is here."),),
        ),
    ),
)  # fmt: skip

PRACTICES = (RIVERSIDE, HILLSIDE)
