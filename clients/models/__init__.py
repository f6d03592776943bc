"""Models of the clients' room: one noun a file."""

from clients.models.absence import Absence
from clients.models.activity import ActivityGoal, ActivityValue
from clients.models.alert import Alert
from clients.models.assignment import Assignment, AssignmentVersion, PlanPause, PrescribedItem
from clients.models.calendar import CalendarAddress
from clients.models.care_text import CareText
from clients.models.client import Client, ClientShare, Invitation
from clients.models.client_note import ClientNote
from clients.models.decision import Decision
from clients.models.draft import PlanSketch
from clients.models.flag import ClientFlagRules, FlagRules, FlagSeen
from clients.models.flare import Flare, FlareAnswer
from clients.models.management_time import ManagementTime
from clients.models.message import HeldNote, Message, SavedReply, Thread
from clients.models.pain_levels import PainLevels
from clients.models.plan_rule import PlanRule
from clients.models.push import PushSubscription
from clients.models.put_off import PutOff
from clients.models.reminder import Heartbeat, Reminder, StreamChoice
from clients.models.safety import SafetyCheck, SafetySetup
from clients.models.session import Event, Session
from clients.models.sign_in import SignInCode
from clients.models.visit import SessionLook, Visit

__all__ = [
    "Absence",
    "ActivityGoal",
    "ActivityValue",
    "Alert",
    "Assignment",
    "AssignmentVersion",
    "CalendarAddress",
    "CareText",
    "Client",
    "ClientFlagRules",
    "ClientNote",
    "ClientShare",
    "Decision",
    "Event",
    "FlagRules",
    "FlagSeen",
    "Flare",
    "FlareAnswer",
    "Heartbeat",
    "HeldNote",
    "Invitation",
    "ManagementTime",
    "Message",
    "PainLevels",
    "PlanPause",
    "PlanRule",
    "PlanSketch",
    "PrescribedItem",
    "PushSubscription",
    "PutOff",
    "Reminder",
    "SafetyCheck",
    "SafetySetup",
    "SavedReply",
    "Session",
    "SessionLook",
    "SignInCode",
    "StreamChoice",
    "Thread",
    "Visit",
]
