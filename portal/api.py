"""The API's floor: strict JSON, limits that hold, and errors that name the field."""

from collections.abc import Mapping
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from portal.accounts import limits
from portal.lib import strict_json
from portal.lib.network import network_address

if TYPE_CHECKING:
    from rest_framework.views import APIView


class StrictJSONParser(BaseParser):
    """JSON within the limits of portal.lib.strict_json."""

    media_type = "application/json"
    MAX_BYTES = 1_000_000

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = stream.read(self.MAX_BYTES + 1)
        if len(raw) > self.MAX_BYTES:
            raise ParseError(_("This is too large. Send at most 1 MB at a time."))
        try:
            return strict_json.read(raw.decode("utf-8"), longest=self.MAX_BYTES)
        except strict_json.LargeNumber as error:
            sentence = _("This number is too large. Send a whole number of at most %(count)d characters.")
            raise ValidationError({error.place: [sentence % {"count": strict_json.LONGEST_NUMBER}]}) from error
        except ValueError as error:
            raise ParseError(_("This is not valid JSON. Check it and send it again.")) from error


class DatabaseThrottle(BaseThrottle):
    """Calls per person and minute, counted in the database."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        who = f"user:{request.user.pk}" if request.user.is_authenticated else f"network:{network_address(request)}"
        return limits.take(f"api:{who}", limit=settings.API_CALLS_PER_MINUTE, per=timedelta(minutes=1))

    def wait(self) -> float | None:
        return 60.0


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return DRF's answer to a known error; None lets unknown ones fail loudly."""
    from rest_framework.views import exception_handler  # the views read this module while they are loaded

    return exception_handler(error, context)
