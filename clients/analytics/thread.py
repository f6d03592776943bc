"""A client's thread of messages as pages show it, for the client and for the clinic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clients.models import Client, Message, Thread
from clients.rules.office_hours import Hours, working_days_waited

A_PAGE = 30  # messages; engineering bound


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """messages: oldest first. before: id to ask for earlier ones with; None at the beginning. new_from: id of the
    first message that the reader has not opened; None where there is none."""

    messages: Sequence[Message]
    before: int | None
    new_from: int | None


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One client's thread in the inbox. days: working days waited; None where nothing waits."""

    client: Client
    last: Message
    is_new: bool
    days: int | None
    since: datetime | None


def thread_page(client: Client, *, before: int | None = None, read_to: int) -> ThreadPage:
    """Return a page of the client's thread, the latest unless `before` is given. read_to: as the reader left it."""
    found = Message.objects.filter(client=client).select_related("author", "session", "version__assignment")
    if before is not None:
        found = found.filter(pk__lt=before)
    latest = list(found.order_by("-pk")[: A_PAGE + 1])
    shown = latest[:A_PAGE][::-1]
    return ThreadPage(
        messages=shown,
        before=shown[0].pk if len(latest) > A_PAGE else None,
        new_from=next((message.pk for message in shown if message.pk > read_to), None),
    )


def unread_of(client: Client) -> int:
    """Return how many messages of the clinic the client has not opened; free where `thread` was read with the row."""
    thread: Thread | None = getattr(client, "thread", None)
    return thread.client_unread if thread is not None else 0


def newest_unread(client: Client) -> Message | None:
    """Return the newest message of the clinic that the client has not opened; free where `thread` was read with its
    last message: while anything is unread, that one is of the clinic."""
    return client.thread.last if unread_of(client) else None


def inbox(user: Any, *, now: datetime, hours: Hours, tab: str) -> list[InboxRow]:
    """Return the threads that the person may see, the longest wait first; tab "all": those without a wait after them.

    Runs in the practice scope. At most 200 of them.
    """
    threads = Thread.objects.visible_to(user).select_related("client", "last__author")
    threads = threads.waiting() if tab == "waiting" else threads.order_by("-last_id")
    return [
        InboxRow(
            client=thread.client,
            last=thread.last,
            is_new=thread.last_id > thread.staff_read_to,
            days=waited(thread.waiting_since, now, hours),
            since=thread.waiting_since,
        )
        for thread in threads[:200]
    ]


def waited(since: datetime | None, now: datetime, hours: Hours) -> int | None:
    """Return the working days that a client has waited; None where nothing waits."""
    return None if since is None else working_days_waited(since, now, hours)
