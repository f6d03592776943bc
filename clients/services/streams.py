"""A recipient's no to a stream of messages. It holds at once and can be taken back in the settings."""

from django.db import transaction

from clients.models import Client, Reminder, StreamChoice
from portal.accounts import audit
from portal.accounts.models import User
from portal.accounts.tenancy import all_practices

LINK, ONE_CLICK = "link", "one_click"


@transaction.atomic
def refuse_stream(client_id: int, stream: str, *, how: str) -> bool:
    """Stop a stream for a client; return False for a client or a stream that does not exist.

    A repeat changes nothing. `how` is LINK or ONE_CLICK. Whoever has the link may do it, so nobody is named.
    """
    with all_practices():
        client = Client.objects.filter(pk=client_id).select_related("practice").first()
        if client is None or stream not in Reminder.Stream.values:
            return False
        _, is_new = StreamChoice.objects.get_or_create(client=client, stream=stream, defaults={"how": how})
        if is_new:
            audit.record("stream_refused", client, by=None, detail={"stream": stream, "how": how})
        return True


def refuses(client: Client, stream: str) -> bool:
    """Tell whether the client has stopped the stream."""
    return StreamChoice.objects.filter(client=client, stream=stream).exists()


@transaction.atomic
def accept_stream(client: Client, stream: str, *, by: User) -> None:
    """Take the client's no to a stream back. A repeat changes nothing."""
    deleted, _ = StreamChoice.objects.filter(client=client, stream=stream).delete()
    if deleted:
        audit.record("stream_accepted", client, by=by, detail={"stream": stream})
