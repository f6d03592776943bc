"""What each flag says, with its rows, its next step and its rule: one row for every wording."""

from datetime import UTC, datetime, time
from typing import Any

import pytest
from django.template import Context, Template

from clients.analytics import alert_words, flag_words
from clients.analytics.flag_words import FlagLine, flag_lines, own_rules_words
from clients.analytics.lately import Hurt, Lately, SessionRow
from clients.models import Alert, Client
from clients.rules.flag_settings import DEFAULT, RULES, Setting, settings_for, settings_from
from clients.rules.flags import Ending, Facts, Open, Question, flags_of
from tests.clients.rules.test_flags import TODAY, ago, days, facts, told
from tests.wordings import Heard, wordings_in

NOBODY = facts()
RUNS = {"asks_since": ago(20), "heard_on": ago(1)}
INVITED = Client.State.INVITED
LATEST = "Tue 17 Nov 2026 08:14"  # the session of yesterday


def numbers(**rules: dict[str, int]) -> dict[str, Setting]:
    return settings_from({key: dict(values) for key, values in rules.items()})


def row(
    name: str,
    of: Facts,
    text: str,
    links: list[str],
    step: str,
    *,
    rules: dict[str, Setting] | None = None,
    state: str = Client.State.ACTIVE,
    hurt: str = "",
) -> Any:
    """Facts that raise one flag, what it says, what its links say, and its next step. hurt: where it hurt most."""
    return pytest.param(of, rules or DEFAULT, state, hurt, text, links, step, id=name)


TABLE = [
    row("hurt ended", facts(told(1, hurt_and_left=True)),
        "“This hurts” ended a session, yesterday 08:14", [LATEST], "Review"),
    row("hurt ended in an exercise", facts(told(1, hurt_and_left=True)),
        "“This hurts” ended a session during Bridge, yesterday 08:14", [LATEST], "Review", hurt="Bridge"),
    row("pain before", facts(told(0, before=8)),
        "Pain 8 before a session, today 08:14", ["Wed 18 Nov 2026 08:14"], "Review"),
    row("pain during", facts(told(5, before=6, worst=8)),
        "Pain 8 during a session, Fri 13 Nov 08:14", ["Fri 13 Nov 2026 08:14"], "Review"),
    row("pain during an exercise", facts(told(1, before=6, worst=8)),
        "Pain 8 during Bridge, yesterday 08:14", [LATEST], "Review", hurt="Bridge"),
    row("pain up", facts(told(1, before=2, worst=6)),
        "Pain up 4 points in a session, yesterday 08:14", [LATEST], "Review"),
    row("pain up in an exercise", facts(told(1, before=2, worst=6)),
        "Pain up 4 points during Bridge, yesterday 08:14", [LATEST], "Review", hurt="Bridge"),
    row("pain rising", facts(*(told(number, before=5) for number in (1, 2, 3, 4)), first_week=[2]),
        "Pain before sessions: 2 in the first week, now 5",
        [LATEST, "Mon 16 Nov 2026 08:14", "Sun 15 Nov 2026 08:14"], "Review"),
    row("one missed", facts(days=days((1, 1), (1, 0)), **RUNS), "1 planned session not done",
        ["Sessions, none since Tue 17 Nov"], "Get in touch", rules=numbers(missed={"sessions": 1})),
    row("missed", facts(days=days((1, 1), (1, 0), (2, 0)), **RUNS), "3 planned sessions in a row not done",
        ["Sessions, none since Mon 16 Nov"], "Get in touch"),
    row("silent", facts(asks_since=ago(20), heard_on=ago(8)), "No session for 8 days",
        ["Sessions, none since Tue 10 Nov"], "Get in touch"),
    row("invited a day ago", facts(invited_on=ago(1)), "Not started, invited 1 day ago",
        ["Everything since Tue 17 Nov"], "Invite again", rules=numbers(not_started={"days": 1}), state=INVITED),
    row("invited", facts(invited_on=ago(4)), "Not started, invited 4 days ago",
        ["Everything since Sat 14 Nov"], "Invite again", state=INVITED),
    row("no first session for a day", facts(invited_on=ago(1)), "No first session for 1 day",
        ["Everything since Tue 17 Nov"], "Get in touch", rules=numbers(not_started={"days": 1})),
    row("no first session", facts(invited_on=ago(4)), "No first session for 4 days",
        ["Everything since Sat 14 Nov"], "Get in touch"),
    row("too hard", facts(told(3, effort=9), told(1, effort=9)),
        "“Too hard” 2 times running", [LATEST, "Sun 15 Nov 2026 08:14"], "Review"),
    row("too easy", facts(*(told(number, effort=3) for number in (1, 2, 3))),
        "“Too easy” 3 times: ready for the next step",
        [LATEST, "Mon 16 Nov 2026 08:14", "Sun 15 Nov 2026 08:14"], "Review"),
    row("a question for a day", facts(question=Question("message:1", ago(1), 1)),
        "A message waits for 1 working day", ["The messages"], "Reply", rules=numbers(question={"days": 0})),
    row("a question", facts(question=Question("message:1", ago(3), 3)),
        "A message waits for 3 working days", ["The messages"], "Reply"),
    row("a suggestion", facts(suggestions=[Open("4", ago(1))]),
        "A rule suggests a change", ["The plan and its suggestions"], "Decide"),
    row("suggestions", facts(suggestions=[Open("4", ago(1)), Open("5", ago(2))]),
        "Rules suggest 2 changes", ["The plan and its suggestions"], "Decide"),
    row("the plan ends today", facts(endings=[Ending("7", TODAY)], **RUNS),
        "The plan ends today", ["The plan"], "Plan the next step"),
    row("the plan ends tomorrow", facts(endings=[Ending("7", ago(-1))], **RUNS),
        "The plan ends in 1 day", ["The plan"], "Plan the next step"),
    row("the plan ends", facts(endings=[Ending("7", ago(-3))], **RUNS),
        "The plan ends in 3 days", ["The plan"], "Plan the next step"),
    row("a rule of their own", facts(told(0, before=6)), "Pain 6 before a session, today 08:14",
        ["Wed 18 Nov 2026 08:14"], "Review",
        rules=dict(settings_for({"pain_high": {"pain": 6}}, DEFAULT))),
]  # fmt: skip
ALERTS = [
    pytest.param(urgent, reason, id=f"{reason}{' at once' if urgent else ''}")
    for reason in alert_words.SENTENCES
    for urgent in (False, True)
]
DETAIL = {"tag": "pregnant", "plan": "Morning", "what": "Bridge", "exercise": "Clam", "instead": "Bridge"}
FILLED = {
    "tag_added": (
        "“pregnant” speaks against part of “Morning”: Bridge. Change the plan, or confirm there that it stays."
    ),
    "exercise_withdrawn": "“Clam” in “Morning” was withdrawn from the library. The plan keeps it.",
    "exercise_withdrawn_instead": (
        "“Clam” in “Morning” was withdrawn from the library. The plan keeps it; instead: Bridge."
    ),
    "tag_blocks": "“pregnant” speaks against every plan. No session can start while it stands.",
}
RULE_WORDS = {
    "alert_urgent": "A safety question was answered with yes, or “Stop” was pressed, and nobody cleared it.",
    "hurt_ended": "“This hurts” ended a session in the last 14 days.",
    "pain_high": "Pain of 7 or more before or during a session of the last 14 days.",
    "pain_jump": "Pain rose by 3 points or more within a session of the last 14 days.",
    "alert": "An alert that can wait is open.",
    "pain_rising": (
        "Pain before the last 3 answered sessions is at least 2 above the middle answer of the plan’s first week."
    ),
    "missed": "At least 2 planned sessions in a row were not begun.",
    "silent": "A plan runs, and there was no session for 7 days.",
    "not_started": "No session yet, 3 days after the invitation or the start of the plan.",
    "too_hard": "Effort of 9 or more in the last 2 answered sessions (“Too hard” is 9).",
    "question": "A message of theirs has waited for more working days than 1.",
    "suggestion": "A rule of the plan suggests a change that nobody has answered.",
    "plan_ends": "The last running plan ends within 7 days.",
    "too_easy": "Effort of 3 or less in the last 3 answered sessions (“Too easy” is 3).",
}
NOW_7, NOW_6 = (RULE_WORDS["pain_high"].replace("7", pain) for pain in "76")
# What was stored for one client, what is stored now, and the sentences about the change.
OWN = [
    pytest.param({}, {"pain_high": {"pain": 6}}, f"On for this client: {NOW_6} Before: 7.", id="a number"),
    pytest.param({}, {"pain_high": {"on": True}}, f"On for this client: {NOW_7}", id="on as it was"),
    pytest.param({}, {"pain_high": {"on": False}}, f"Off for this client: {NOW_7}", id="off"),
    pytest.param(
        {"pain_high": {"on": False}}, {"pain_high": {"pain": 6}}, f"On for this client: {NOW_6} Before: off.", id="on",
    ),
    pytest.param({"pain_high": {"pain": 6}}, {}, f"As in the practice again: {NOW_7} Before: 6.", id="as before"),
    pytest.param({"pain_high": {"pain": 6}}, {"pain_high": {"pain": 6}}, "", id="nothing"),
]  # fmt: skip
# A silence is told from two days on.
NEVER = {("_silent", "No session for %(count)d day")}


def line_of(of: Facts, rules: Any, state: str = Client.State.ACTIVE, hurt: str = "", reason: str = "") -> FlagLine:
    """The one flag of some facts in words."""
    rows = [
        SessionRow(
            each.id, 1, each.on, datetime.combine(each.on, time(8, 14), tzinfo=UTC), True, False, 1.0, "steady",
            each.before, each.worst, each.effort,
        )
        for each in of.sessions
    ]  # fmt: skip
    (line,) = flag_lines(
        Lately(
            client=Client(pk=1, state=state, time_zone="Europe/London"), today=of.today, plans=(), sessions=rows,
            shares={}, facts=of, settings=rules, flags=flags_of(of, rules),
            alerts={each.id: Alert(reason_key=reason, detail=DETAIL) for each in of.alerts},
            hurts={each.id: Hurt(hurt, each.worst) for each in of.sessions} if hurt else {},
        )
    )  # fmt: skip
    return line


@pytest.mark.parametrize(("of", "rules", "state", "hurt", "text", "links", "step"), TABLE)
def test_each_flag_says_what_it_is_where_its_rows_are_and_what_is_next(
    of: Facts, rules: Any, state: str, hurt: str, text: str, links: list[str], step: str
) -> None:
    line = line_of(of, rules, state, hurt)
    assert (line.text, [link.text for link in line.rows], line.step.text) == (text, links, step)
    own = " Set for this client." if rules[line.flag.key].is_own else ""
    assert line.rule.endswith(own or ".")
    if rules is DEFAULT:
        assert line.rule == RULE_WORDS[line.flag.key]


@pytest.mark.parametrize(("urgent", "reason"), ALERTS)
def test_each_alert_says_why(urgent: bool, reason: str) -> None:
    line = line_of(facts(alerts=[Open("3", TODAY, is_urgent=urgent)]), DEFAULT, reason=reason)
    said = FILLED.get(reason, alert_words.SENTENCES[reason])
    assert (line.text, [link.text for link in line.rows], line.step.text) == (said, [said], "Open the alert")
    assert line.rule == RULE_WORDS["alert_urgent" if urgent else "alert"]
    assert "%" not in said


@pytest.mark.parametrize(("before", "after", "said"), OWN)
def test_what_was_set_for_one_client_says_how_it_was_before(before: Any, after: Any, said: str) -> None:
    assert own_rules_words(before, after, DEFAULT) == said


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """The translators of the flags' words, which mark what they are asked for."""
    found = Heard()
    monkeypatch.setattr(flag_words, "_", found.gettext)
    monkeypatch.setattr(flag_words, "ngettext", found.ngettext)
    return found


def test_no_wording_of_a_flag_and_no_rule_is_without_a_row_of_a_table(heard: Heard) -> None:
    """A plural has two wordings."""
    lines = [line_of(*param.values[:4]) for param in TABLE]
    lines += [line_of(facts(alerts=[Open("3", TODAY, urgent)]), DEFAULT, reason="rested") for urgent in (False, True)]
    sentences = [text for each in lines for text in (each.sentence, each.rule, each.step.text)]
    sentences += [link.text for each in lines for link in each.rows]
    sentences += [own_rules_words(*param.values[:2], DEFAULT) for param in OWN]
    said = set().union(*(heard.said(each) for each in sentences))
    assert wordings_in(flag_words) - NEVER - said == set()
    assert said & NEVER == set()
    assert {each.flag.key for each in lines} == {rule.key for rule in RULES} == set(RULE_WORDS)
    assert set(FILLED) == {key for key, words in alert_words.SENTENCES.items() if "%" in words}


@pytest.mark.parametrize("days_ago", [0, 1, 5])
@pytest.mark.parametrize("in_summary", [False, True])
def test_the_whole_date_stands_beside_today_and_yesterday(days_ago: int, in_summary: bool) -> None:
    line = line_of(facts(told(days_ago, before=8)), DEFAULT)
    template = Template("{% load practitioner %}{% flag_sentence line in_summary=in_summary %}")
    shown = template.render(Context({"line": line, "in_summary": in_summary}))
    stamp = f'datetime="{ago(days_ago)}T08:14+00:00"'
    focus = "" if in_summary else ' tabindex="0"'
    named = {0: ("today", "Wed 18 Nov 2026"), 1: ("yesterday", "Tue 17 Nov 2026")}.get(days_ago)
    if named is None:
        assert shown == f"<span>Pain 8 before a session, <time {stamp}>Fri 13 Nov 08:14</time></span>"
        return
    word, whole = named
    assert shown == (
        f'<span>Pain 8 before a session, <time class="when" {stamp}{focus}>{word} 08:14'
        f'<span class="hidden-text when__whole"> {whole}</span></time></span>'
    )
