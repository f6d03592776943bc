"""THE policy: who may call which URL, with which method. tests/test_access.py executes every line of it.

A line says who gets in and by which methods. Everybody else is refused: strangers and signed-out people with a door or
404, colleagues with 403. Another practice's ids get the answer of ids that do not exist. A URL without a line fails.

It is one table, and grows with the URLs. To add a URL, add a line. `ids` gives its arguments in one practice; a line
without `ids` has no arguments.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from clients import served
from clients.models import (
    Absence,
    ActivityGoal,
    Alert,
    Assignment,
    CalendarAddress,
    Client,
    ClientNote,
    Decision,
    Flare,
    HeldNote,
    ManagementTime,
    PrescribedItem,
    SavedReply,
    Session,
)
from clients.notifications.links import done_token, put_off_token, unsubscribe_token
from clients.services.calendar import token_of
from portal import sheets
from routines.models import Exercise, ExerciseVersion, Routine, SelfCareItem
from routines.movement.bundle import engine_hash
from tests.cast import (
    ANONYMOUS,
    CLIENT,
    CLIENT_OF_TWO,
    COLLEAGUE,
    EDITOR,
    HALF_IN,
    OTHER_CLIENT,
    OWNER,
    PRACTITIONER,
    ROLES,
    SHARED_EDITOR,
    STRANGER,
)
from tests.world import World, stored_media

Ids = Callable[[World], list[Any]]
ANYHOW = "GET POST PUT PATCH DELETE OPTIONS"  # Django admin and some of allauth ask only whether it is POST

EVERYONE = frozenset(ROLES)
CLIENTS = frozenset({CLIENT, OTHER_CLIENT, CLIENT_OF_TWO})
CARL = frozenset({CLIENT})
# The stranger is staff too: lists and forms open for him, with the rows of his own practice.
STAFF = frozenset({PRACTITIONER, COLLEAGUE, OWNER, EDITOR, STRANGER})
TREATING = frozenset({PRACTITIONER, COLLEAGUE, STRANGER})
WITH_CLIENTS = frozenset({PRACTITIONER, COLLEAGUE, OWNER, STRANGER})
OWNERS = frozenset({OWNER, STRANGER})
AUTHORS = frozenset({PRACTITIONER, COLLEAGUE, EDITOR, STRANGER})
LIBRARY = STAFF | {SHARED_EDITOR}
ADMIN = STAFF | {SHARED_EDITOR}
SIGNED_IN = EVERYONE - {ANONYMOUS, HALF_IN}
STAFF_DOOR = STAFF | {SHARED_EDITOR, HALF_IN}
# Who may open what is Carl's: he himself is not among staff pages, Nora has not been given a share.
ON_CARL = frozenset({PRACTITIONER, OWNER})
PRIYA = frozenset({PRACTITIONER})  # plans are given by practitioners; an owner only looks


@dataclass(frozen=True)
class Row:
    """One line. who: roles that get in with their own practice's ids. methods: what the page answers to.

    writes: who gets in by POST, where that is not everybody who gets in. may_answer: further statuses of those who get
    in. token: the address itself is the key, whoever holds it. both: roles that may see both practices.
    """

    name: str
    who: frozenset[str]
    methods: str
    ids: Ids | None = None
    data: Callable[[World], dict[str, Any]] | None = None
    writes: frozenset[str] | None = None
    may_answer: frozenset[int] = frozenset()
    token: bool = False
    both: frozenset[str] = field(default=frozenset())
    route: str = ""  # for a pattern without a name: its path, with {} for each argument

    def path(self, world: World) -> str:
        """Return the address with the ids of this practice."""
        values = self.ids(world) if self.ids else []
        return "/" + self.route.format(*values) if self.route else reverse(self.name, args=values)

    def values(self, world: World) -> dict[str, Any]:
        """Return what a form of this page would send in this practice."""
        return self.data(world) if self.data else {}


def of(model: type) -> Ids:
    """The id of the practice's one row of the model."""
    return lambda world: [world[model].pk]


def admin_rows(
    label: str,
    *,
    lists: frozenset[str],
    opens: frozenset[str],
    adds: Iterable[str] = (),
    changes: Iterable[str] = (),
) -> list[Row]:
    """The lines of one ModelAdmin. lists: who sees the list. opens: who may open the practice's own row.

    Rows are never deleted in the admin, so that page is refused to all.
    """
    app, model = label.lower().split(".")
    name = f"admin:{app}_{model}"

    def row(world: World) -> list[Any]:
        return [world.rows[label].pk]

    return [
        Row(f"{name}_changelist", lists, ANYHOW),
        Row(f"{name}_add", frozenset(adds), ANYHOW),
        Row(f"{name}_change", opens, ANYHOW, ids=row, writes=frozenset(changes)),
        Row(f"{name}_history", opens, ANYHOW, ids=row),
        Row(f"{name}_delete", frozenset(), ANYHOW, ids=row),
        Row(f"admin/{app}/{model}/<path:object_id>/", ADMIN, ANYHOW, ids=row, route=f"admin/{app}/{model}/{{}}/"),
    ]


POLICY: list[Row] = [
    # --- doors -----------------------------------------------------------------------------------------------
    Row("sign_in", EVERYONE, "GET POST"),
    Row("about", EVERYONE, "GET"),
    Row("accessibility", EVERYONE, "GET"),
    Row("service_worker", EVERYONE, "GET"),
    Row("offline", EVERYONE, "GET"),
    Row("offline_page", EVERYONE, "GET", ids=lambda world: ["session"], token=True),
    Row("sign_in_code", EVERYONE, "GET POST"),
    Row("send_new_code", EVERYONE, "POST"),
    Row("invitation", frozenset({ANONYMOUS}), "GET POST", ids=lambda world: [world.waiting_token], token=True),
    Row("join", frozenset({ANONYMOUS}), "GET POST", ids=lambda world: [world.joining_token], token=True),
    Row(
        "unsubscribe",
        EVERYONE,
        "GET POST",
        ids=lambda world: [unsubscribe_token(world.client.pk, "session")],
        token=True,
    ),
    Row(
        "mark_done",
        EVERYONE,
        "GET POST",
        ids=lambda world: [done_token(world.client.pk, date(2026, 1, 1), 1)],
        token=True,
    ),
    Row(
        "put_off",
        EVERYONE,
        "GET POST",
        ids=lambda world: [put_off_token(world.client.pk, date(2026, 1, 1), 1)],
        token=True,
    ),
    Row("calendar_feed", EVERYONE, "GET", ids=lambda world: [token_of(world[CalendarAddress])], token=True),
    Row("passkey_begin", EVERYONE, "POST"),
    Row("passkey_sign_in", EVERYONE, "POST"),
    Row("staff_passkey_sign_in", EVERYONE, "POST"),
    Row("passkey_offer", SIGNED_IN, "GET POST"),
    Row("devices", SIGNED_IN, "GET"),
    Row("passkey_begin_adding", SIGNED_IN, "POST"),
    Row("passkey_add", SIGNED_IN, "POST"),
    Row("passkey_remove", CARL, "POST", ids=lambda world: [world.passkey.pk]),
    Row("sign_out_device", CARL, "POST", ids=lambda world: [world.device.pk]),
    Row("sign_out", EVERYONE, "POST"),
    Row("choose_language", EVERYONE, "POST"),
    Row("sign_out_everywhere", EVERYONE - {ANONYMOUS}, "POST"),
    Row(
        "choose_practice",
        EVERYONE - {ANONYMOUS},
        "GET POST",
        may_answer=frozenset({404}),  # a choice that is not on the page
        both=frozenset({CLIENT_OF_TWO}),
    ),
    Row("account_login", EVERYONE, ANYHOW, may_answer=frozenset({405})),  # whoever is signed in is sent on anyhow
    Row("account_inactive", EVERYONE, "GET"),
    Row("account_reauthenticate", STAFF_DOOR, "GET POST PUT"),
    Row("account_change_password", STAFF_DOOR, "GET POST PUT"),
    Row("account_reset_password", EVERYONE, "GET POST PUT"),
    Row("account_reset_password_done", EVERYONE, "GET"),
    Row("account_reset_password_from_key", EVERYONE, ANYHOW, ids=lambda world: ["x", "y-z"]),
    Row("account_reset_password_from_key_done", EVERYONE, "GET"),
    Row("mfa_index", STAFF_DOOR, "GET"),
    Row("mfa_authenticate", EVERYONE, ANYHOW),
    Row("mfa_reauthenticate", STAFF_DOOR, "GET POST PUT"),
    Row("mfa_activate_totp", STAFF_DOOR, "GET POST PUT"),
    Row("mfa_deactivate_totp", STAFF_DOOR, "GET POST"),
    Row("mfa_view_recovery_codes", STAFF_DOOR, "GET POST"),
    # --- a client's own pages --------------------------------------------------------------------------------
    Row("home", CLIENTS | STAFF, "GET"),
    Row("today", CLIENTS | STAFF, "GET"),
    Row("report_flare", CLIENTS, "POST"),
    Row("flare_day", CLIENTS, "POST"),
    Row("next_day", CLIENTS, "POST"),
    Row("plan", CLIENTS, "GET"),
    Row("exercise", CARL, "GET", ids=of(PrescribedItem)),
    Row("own_handout", CARL, "GET", ids=of(Assignment)),
    Row("item_figure", CARL, "GET", ids=of(PrescribedItem)),
    Row("progress", CLIENTS, "GET"),
    Row("progress_print", CLIENTS, "GET"),
    Row("tell_activity", CARL, "POST", ids=of(ActivityGoal)),
    Row("session_detail", CARL, "GET", ids=of(Session)),
    Row("messages", CLIENTS, "GET POST"),
    Row("more", CLIENTS, "GET POST"),
    Row("remind_again", CLIENTS, "POST"),
    Row("welcome", CLIENTS, "GET POST"),
    Row("welcome_step", CLIENTS, "GET POST", ids=lambda world: ["habit"]),
    Row("habit", CLIENTS, "GET POST"),
    Row("push_on", CLIENTS, "POST", may_answer=frozenset({400})),  # a browser's keys are none of a form's values
    Row("push_off", CLIENTS, "POST"),
    Row("push_later", CLIENTS, "POST"),
    Row("appearance", CLIENTS, "POST"),
    Row("figure_look", CLIENTS, "POST"),
    Row("figure_example", CLIENTS, "GET"),
    Row("calendar", CLIENTS, "GET POST", may_answer=frozenset({400})),  # a button that is not on the page
    Row("install", CLIENTS, "GET"),
    Row("sound", CLIENTS, "GET"),
    Row("my_data", CLIENTS, "GET"),
    Row("my_data_file", CLIENTS, "POST"),
    Row("my_data_delete", CLIENTS, "GET POST"),
    Row("offline_week", CLIENTS, "GET"),
    Row("ease", CLIENTS, "GET"),
    Row("breaks", CLIENTS, "GET"),
    Row("quick_help", frozenset(), "GET", ids=lambda world: ["slow-breathing"]),  # its exercises are not shelved here
    Row("ease_item", CLIENTS, "GET", ids=lambda world: [f"own-pack-{world.practice.pk}"]),
    Row("help", CLIENTS | {ANONYMOUS}, "GET"),  # without an account: what to do when signing in does not work
    Row("safety_check", CLIENTS, "GET POST"),
    Row("care_card", CLIENTS, "GET"),
    Row("check_in", CARL, "GET POST", ids=lambda world: [world[Assignment].pk, 1]),
    Row("note_session", CARL, "GET POST", ids=lambda world: [world[Assignment].pk, 1]),
    Row("not_now", CARL, "GET POST", ids=lambda world: [world[Assignment].pk, 1]),
    Row("later", CARL, "POST", ids=lambda world: [world[Assignment].pk, 1]),
    Row("move_day", CARL, "GET POST", ids=of(Assignment)),
    # The plan of the world is one of sessions; tests/clients/goals/ has a goal and somebody else at its door.
    Row("note_goal", CARL, "GET POST", ids=lambda world: [world[Assignment].pk, 1], may_answer=frozenset({404})),
    Row("take_back_goal", CARL, "POST", ids=of(Session), may_answer=frozenset({404})),
    Row("player", CARL, "GET", ids=of(Session)),
    Row("mark_item", CARL, "POST", ids=lambda world: [world[Session].pk, world[PrescribedItem].pk]),
    Row("finish_session", CARL, "POST", ids=of(Session)),
    Row("stop_session", CARL, "POST", ids=of(Session)),
    Row("after_session", CARL, "GET POST", ids=of(Session)),
    Row("after_session_step", CARL, "GET POST", ids=lambda world: [world[Session].pk, "effort"]),
    Row("media", CARL | STAFF - {STRANGER}, "GET", ids=lambda world: [stored_media(world), "480.jpg"]),
    Row("session_done", CARL, "GET", ids=of(Session)),
    # --- API -------------------------------------------------------------------------------------------------
    Row("api:account", CLIENTS, "GET"),
    Row("api:events", CLIENTS, "POST"),
    Row("api:safety_checks", CLIENTS, "POST"),
    Row("api:plans", CLIENTS, "GET"),
    Row("api:sessions", CLIENTS, "GET"),
    Row("api:session", CARL, "GET", ids=of(Session)),
    Row("api_schema", CLIENTS | STAFF, "GET"),
    Row("figure_engine", EVERYONE, "GET", ids=lambda world: [engine_hash()], token=True),
    Row("common_sheet", EVERYONE, "GET", ids=lambda world: [sheets.current_digest()], token=True),
    Row("client_module", EVERYONE, "GET", ids=lambda world: [next(iter(served.by_digest()))], token=True),
    Row("brand", EVERYONE, "GET", ids=lambda world: ["14594b-86d6bf"], token=True),
    # --- staff -----------------------------------------------------------------------------------------------
    Row("admin:index", ADMIN, ANYHOW, may_answer=frozenset({405})),  # the caseload, or the records for editors
    Row("admin:login", STAFF_DOOR | {ANONYMOUS}, ANYHOW),
    Row("admin:logout", EVERYONE, "POST"),
    Row("admin:password_change", ADMIN, ANYHOW),
    Row("admin:autocomplete", frozenset(), "GET"),
    Row("admin:jsi18n", ADMIN, "GET"),
    Row("admin:app_list", OWNERS, ANYHOW, ids=lambda world: ["accounts"]),
    Row("admin/(?P<url>.*)$", frozenset(), "GET", route="admin/no/such/page"),
    Row("admin:client_invitation", ON_CARL, "GET POST", ids=lambda world: [world.client.pk]),
    Row(
        "admin:accounts_membership_invite_again",
        frozenset({OWNER}),
        "GET POST",
        ids=lambda w: [w.rows["accounts.Membership"].pk],
    ),
    Row(
        "admin:accounts_membership_reset_factor",
        frozenset({OWNER}),
        "GET POST",
        ids=lambda w: [w.rows["accounts.Membership"].pk],
    ),
    *admin_rows("accounts.Membership", lists=OWNERS, opens=frozenset({OWNER}), adds=OWNERS, changes={OWNER}),
    *admin_rows("accounts.Practice", lists=OWNERS, opens=frozenset({OWNER}), changes={OWNER}),
    *admin_rows("accounts.AuditEvent", lists=OWNERS, opens=frozenset({OWNER})),
    Row("admin:practice", OWNERS, "GET"),
    Row("admin:bulk_invite", OWNERS, "GET POST"),
    Row("admin:bulk_invite_template", OWNERS, "GET"),
    Row("admin:practice_hours", OWNERS, "GET POST"),
    Row("admin:practice_colours", OWNERS, "GET POST"),
    Row("admin:practice_sharing", OWNERS, "GET POST"),
    Row("admin:practice_care", OWNERS, "GET"),
    Row("admin:practice_care_text", OWNERS, "GET POST", ids=lambda world: ["own", "en-gb"]),
    Row("admin:practice_people", OWNERS, "GET"),
    Row(
        "admin:practice_person",
        frozenset({OWNER}),
        "GET POST",
        ids=lambda w: [w.practitioner.pk],
        data=lambda world: {"roles": "practitioner"},
    ),
    Row("admin:caseload", WITH_CLIENTS, "GET"),
    Row("admin:hide_first_steps", WITH_CLIENTS, "POST"),
    Row("admin:search", ADMIN, "GET POST", data=lambda world: {"q": "a"}),
    Row("admin:overview", WITH_CLIENTS, "GET"),
    Row("admin:overview_file", WITH_CLIENTS, "GET", ids=lambda world: ["csv"]),
    Row("admin:records", ADMIN, ANYHOW),
    Row("admin:new_client", WITH_CLIENTS, "GET POST"),
    Row("admin:client", ON_CARL, "GET", ids=of(Client)),
    Row("admin:move_client", PRIYA, "POST", ids=of(Client), data=lambda world: {"to": "active"}),
    Row("admin:client_people", ON_CARL, "GET POST", ids=of(Client)),
    Row("admin:hand_over", frozenset({OWNER}), "GET POST", ids=lambda w: [w.practitioner.pk]),
    Row("admin:client_sees", ON_CARL, "GET", ids=of(Client)),
    Row("admin:client_figure", ON_CARL, "GET", ids=of(PrescribedItem)),
    Row("admin:client_timeline", ON_CARL, "GET", ids=of(Client)),
    Row("admin:client_plans", ON_CARL, "GET", ids=of(Client)),
    Row("admin:client_sessions", ON_CARL, "GET", ids=of(Client)),
    Row("admin:client_notes", ON_CARL, "GET POST", ids=of(Client), writes=PRIYA),
    Row("admin:withdraw_note", PRIYA, "POST", ids=of(ClientNote), may_answer=frozenset({409})),
    Row("admin:brief", ON_CARL, "GET", ids=of(Client)),
    Row("admin:seen_today", PRIYA, "POST", ids=of(Client)),
    Row("admin:adjust_plan", PRIYA, "POST", ids=of(Assignment), data=lambda world: {"kind": "easier"}),
    Row("admin:mark_seen", PRIYA, "POST", ids=of(Client), data=lambda world: {"rule": "silent"}),
    Row("admin:client_flag_rules", ON_CARL, "GET POST", ids=of(Client), writes=PRIYA),
    Row("admin:flag_rules", WITH_CLIENTS, "GET POST", writes=OWNERS),
    Row("admin:absences", WITH_CLIENTS, "GET POST"),
    Row("admin:morning_summary", WITH_CLIENTS, "GET POST"),
    Row("admin:end_absence", ON_CARL, "POST", ids=of(Absence)),
    Row("admin:client_goals", ON_CARL, "GET POST", ids=of(Client), writes=PRIYA),
    Row("admin:tell_goal", PRIYA, "POST", ids=of(ActivityGoal)),
    Row("admin:end_goal", PRIYA, "POST", ids=of(ActivityGoal)),
    Row("admin:client_details", ON_CARL, "GET POST", ids=of(Client)),
    Row("admin:client_report", ON_CARL, "GET", ids=of(Client)),
    Row("admin:client_monitoring", ON_CARL, "GET POST", ids=of(Client), writes=PRIYA),
    Row("admin:client_monitoring_file", ON_CARL, "GET", ids=lambda world: [world.client.pk, "csv"]),
    Row("admin:strike_time", PRIYA, "POST", ids=of(ManagementTime), may_answer=frozenset({409})),
    Row("admin:client_report_file", ON_CARL, "GET", ids=lambda world: [world.client.pk, "csv"]),
    Row("admin:safety_setup", WITH_CLIENTS, "GET POST", writes=TREATING),
    Row("admin:alert", ON_CARL, "GET", ids=of(Alert)),
    Row("admin:acknowledge_alert", PRIYA, "POST", ids=of(Alert)),
    Row("admin:clear_alert", PRIYA, "POST", ids=of(Alert), data=lambda world: {"note": "Seen by her doctor."}),
    Row("admin:assign", WITH_CLIENTS, "GET"),
    Row("admin:assign_to", PRIYA, "GET POST", ids=of(Client)),
    Row("admin:assign_preview", PRIYA, "POST", ids=of(Client)),
    Row("admin:assign_find", PRIYA, "POST", ids=of(Client)),
    Row("admin:change_plan", PRIYA, "GET POST", ids=of(Assignment)),
    Row("admin:plan_sent", ON_CARL, "GET", ids=of(Assignment)),
    Row("admin:undo_change", PRIYA, "POST", ids=of(Assignment)),
    Row("admin:pause_plan", PRIYA, "POST", ids=of(Assignment)),
    Row("admin:resume_plan", PRIYA, "POST", ids=of(Assignment)),
    Row("admin:end_plan", PRIYA, "POST", ids=of(Assignment)),
    Row("admin:plan_lanes", ON_CARL, "GET POST", ids=of(Assignment), writes=PRIYA),
    Row("admin:plan_rules", ON_CARL, "GET POST", ids=of(Assignment), writes=PRIYA),
    Row("admin:what_if", ON_CARL, "GET", ids=of(Assignment)),
    Row("admin:answer_edit", PRIYA, "POST", ids=of(Assignment), data=lambda world: {"kind": "easier"}),
    Row("admin:accept_decision", PRIYA, "POST", ids=of(Decision), may_answer=frozenset({409})),
    Row("admin:decline_decision", PRIYA, "POST", ids=of(Decision), may_answer=frozenset({409})),
    Row("admin:undo_decision", PRIYA, "POST", ids=of(Decision), may_answer=frozenset({409})),
    Row("admin:end_flare", PRIYA, "POST", ids=of(Flare)),
    Row("admin:pain_levels", WITH_CLIENTS, "GET POST", writes=OWNERS),
    Row("admin:inbox", WITH_CLIENTS, "GET"),
    Row("admin:thread", ON_CARL, "GET POST", ids=of(Client)),
    Row("admin:settle_thread", PRIYA, "POST", ids=of(Client)),
    Row("admin:saved_replies", WITH_CLIENTS, "GET POST"),
    Row("admin:remove_saved_reply", WITH_CLIENTS - {STRANGER}, "POST", ids=of(SavedReply)),
    Row("admin:session", ON_CARL, "GET", ids=of(Session)),
    Row("admin:add_note", PRIYA, "POST", ids=of(Session), data=lambda world: {"text": "Well done."}),
    Row("admin:send_notes", PRIYA, "POST", ids=of(Session)),
    Row("admin:remove_note", PRIYA, "POST", ids=of(HeldNote), may_answer=frozenset({409})),
    Row("admin:plan_handout", ON_CARL, "GET", ids=of(Assignment)),
    *admin_rows("clients.Client", lists=WITH_CLIENTS, opens=ON_CARL, adds=WITH_CLIENTS, changes=ON_CARL),
    *admin_rows("clients.Assignment", lists=WITH_CLIENTS, opens=ON_CARL, adds=TREATING),
    *admin_rows("clients.AssignmentVersion", lists=WITH_CLIENTS, opens=ON_CARL),
    *admin_rows("clients.Session", lists=WITH_CLIENTS, opens=ON_CARL),
    *admin_rows("clients.Event", lists=WITH_CLIENTS, opens=ON_CARL),
    *admin_rows("clients.Reminder", lists=WITH_CLIENTS, opens=ON_CARL),
    Row("admin:translations", LIBRARY, "GET"),
    Row(
        "admin:translate",
        STAFF - {STRANGER},
        "GET POST",
        ids=lambda world: ["exercise", world[Exercise].pk, "de"],
        writes=AUTHORS - {STRANGER},
    ),
    Row("admin:find_exercises", LIBRARY, "POST"),
    Row("admin:routine_list", LIBRARY, "GET"),
    Row("admin:new_routine", AUTHORS | {SHARED_EDITOR}, "GET POST"),
    Row("admin:preview_routine", LIBRARY, "POST"),
    Row("admin:edit_routine", STAFF - {STRANGER}, "GET POST", ids=of(Routine), writes=AUTHORS - {STRANGER}),
    Row("admin:copy_routine", AUTHORS - {STRANGER}, "POST", ids=of(Routine)),
    Row("admin:move_routine", STAFF - {STRANGER}, "POST", ids=of(Routine), may_answer=frozenset({409})),
    Row("admin:new_exercise", AUTHORS | {SHARED_EDITOR}, "GET POST"),
    Row("admin:edit_exercise", STAFF - {STRANGER}, "GET POST", ids=of(Exercise), writes=AUTHORS - {STRANGER}),
    Row("admin:preview_new_exercise", AUTHORS | {SHARED_EDITOR}, "POST"),
    Row("admin:preview_exercise", STAFF - {STRANGER}, "POST", ids=of(Exercise)),
    Row("admin:exercise_versions", STAFF - {STRANGER}, "GET", ids=of(Exercise)),
    Row("admin:exercise_used", STAFF - {STRANGER}, "GET", ids=of(Exercise)),
    Row("admin:exercise_upstream", AUTHORS - {STRANGER}, "GET POST", ids=of(Exercise), may_answer=frozenset({409})),
    Row("admin:new_self_care", AUTHORS | {SHARED_EDITOR}, "GET POST"),
    Row("admin:edit_self_care", STAFF - {STRANGER}, "GET POST", ids=of(SelfCareItem), writes=AUTHORS - {STRANGER}),
    Row("admin:move_self_care", AUTHORS - {STRANGER}, "POST", ids=of(SelfCareItem), may_answer=frozenset({409})),
    Row("admin:exchange", AUTHORS | {SHARED_EDITOR}, "GET POST"),
    # The address names no practice: each gets the library of their own.
    Row("admin:export", AUTHORS, "GET", ids=lambda world: ["clinic", "exercises.yaml"]),
    Row("admin:exercise_media", STAFF - {STRANGER}, "GET POST", ids=of(Exercise), writes=AUTHORS - {STRANGER}),
    Row("admin:copy_exercise", AUTHORS - {STRANGER}, "POST", ids=of(Exercise)),
    Row("admin:move_exercise", AUTHORS - {STRANGER}, "POST", ids=of(Exercise)),
    Row("admin:edit_figure", AUTHORS - {STRANGER}, "GET POST", ids=of(Exercise)),
    Row("admin:figure_data", STAFF - {STRANGER}, "GET", ids=of(ExerciseVersion)),
    Row("admin:figure", STAFF - {STRANGER}, "GET", ids=of(ExerciseVersion)),
    *admin_rows("routines.Exercise", lists=LIBRARY, opens=STAFF - {STRANGER}),
    *admin_rows("routines.Routine", lists=LIBRARY, opens=STAFF - {STRANGER}),
    *admin_rows("routines.SelfCareItem", lists=LIBRARY, opens=STAFF - {STRANGER}),
    # --- a development server only; 404 without DEBUG ----------------------------------------------------------
    Row("demo", frozenset(), "GET"),
    Row("demo_enter", frozenset(), "POST", ids=lambda world: [f"client-{world.client.user_id}"]),
    Row("outbox", frozenset(), "GET"),
    Row("outbox_message", frozenset(), "GET", ids=lambda world: ["x"]),
    Row("styleguide", STAFF, ANYHOW),
    Row("styleguide_page", STAFF, ANYHOW, ids=lambda world: ["today"]),
]

BY_NAME = {row.name: row for row in POLICY}
