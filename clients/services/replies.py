"""The texts that a practice sends often."""

from django.db import transaction
from django.utils.translation import gettext as _

from clients.errors import Invalid, NotAllowed
from clients.models import SavedReply
from clients.models.message import TITLE_LIMIT
from clients.services.messages import checked_text
from portal.accounts import audit
from portal.accounts.models import Practice, Role, User
from portal.accounts.roles import roles_of


@transaction.atomic
def save_reply(practice: Practice, *, title: str, text: str, by: User) -> SavedReply:
    """Return the practice's reply of this name, new or with its text replaced. Raises NotAllowed, Invalid."""
    _check_keeps_replies(by)
    title = title.strip()
    if not title or len(title) > TITLE_LIMIT:
        raise Invalid({"title": _("Give it a name of at most %(limit)d characters.") % {"limit": TITLE_LIMIT}})
    reply, _is_new = SavedReply.objects.update_or_create(
        practice=practice, title=title, defaults={"text": checked_text(text), "created_by": by}
    )
    audit.record("reply_saved", reply, by=by)
    return reply


@transaction.atomic
def remove_reply(reply: SavedReply, *, by: User) -> None:
    """Take a reply off the practice's list; what was sent with it stays. Raises NotAllowed."""
    _check_keeps_replies(by)
    audit.record("reply_removed", reply, by=by)
    reply.delete()


def _check_keeps_replies(by: User) -> None:
    if not roles_of(by) & {Role.PRACTITIONER, Role.OWNER}:
        raise NotAllowed(_("Saved replies are kept by practitioners and practice owners."))
