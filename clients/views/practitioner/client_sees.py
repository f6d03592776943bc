"""What a client sees today, for their practitioner: the very page, drawn with the client's own words."""

from datetime import datetime

from django.template import Context, Template
from django.template.loader import get_template
from django.template.loader_tags import BlockNode
from django.utils.safestring import SafeString
from django.utils.translation import override

from clients.models import Client
from clients.views.client import today_shows

PAGE, BLOCK = "clients/today.html", "content"


def client_sees(client: Client, *, now: datetime) -> SafeString:
    """Return the content of the client's Today at the moment `now` (aware), in the client's language.

    To be looked at only: what runs in the client's browser (unsent answers, locks told there) is not run here.
    """
    with override(client.language):
        # Its forms are sent by nobody: the token is a word, so that none of the practitioner's stands in them.
        looks = {"is_at_desk": True, "client_record": client, "practice": client.practice}
        drawn = _block(PAGE, BLOCK, {**today_shows(client, now), **looks, "waiting": None, "csrf_token": "none"})
    return SafeString(drawn.replace(" data-module=", " data-runs-for-clients="))


def _block(name: str, block: str, values: dict[str, object]) -> SafeString:
    """Return one block of a template without the frame that the template stands in.

    Raises LookupError where the template has no such block.
    """
    template: Template = get_template(name).template  # type: ignore[attr-defined]  # of Django's own engine
    for node in template.nodelist.get_nodes_by_type(BlockNode):
        if isinstance(node, BlockNode) and node.name == block:
            context = Context(values)
            with context.bind_template(template), context.render_context.push_state(template):
                return node.render(context)
    raise LookupError(f"{name} has no block {block}.")
