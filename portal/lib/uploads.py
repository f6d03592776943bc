"""Files that browsers send: taken by the views that ask for them, limited while they arrive, without a name on disk.

A view says `@takes_files(most_bytes=...)`; every other view takes none, whatever is sent to it. What arrives goes into
a file without a name, which the kernel frees when the process lets go of it, even when it is killed. A view looks at
`refusal(request)` first: a file that is too large, or comes too slowly, is not in request.FILES.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable
from typing import IO, Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

IN_MEMORY = 1_000_000  # bytes that stay in memory

View = TypeVar("View", bound=Callable[..., Any])


class UploadRequest(HttpRequest):
    """A request with what this module writes on it: until when its body may take, and why a file was not taken."""

    _body_deadline: float  # of time.monotonic()
    _upload_refusal: str


def takes_files(*, most_bytes: int) -> Callable[[View], View]:
    """Mark a view that takes files, of so many bytes in all."""

    def mark(view: View) -> View:
        view.most_file_bytes = most_bytes  # type: ignore[attr-defined]  # read by LimitedUploads
        return view

    return mark


def refusal(request: HttpRequest) -> str:
    """Return why a file was not taken, for the person who sent it; empty where all were."""
    request.POST  # noqa: B018  reading it makes Django read the body
    return getattr(request, "_upload_refusal", "")


class LimitedUploads(FileUploadHandler):
    """Takes files within the limits of the view, and stops reading where one is passed."""

    request: UploadRequest  # Django makes handlers for a request only
    chunk_size = 64 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.taken = 0
        self.content: IO[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        length = int(self.request.META.get("CONTENT_LENGTH") or 0)
        if not self._most:
            self._stop(_("No file can be added here."))
        if length > self._most + self.chunk_size:
            self._stop(self._too_large())
        self.content = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed with the request, or in _stop

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken > self._most:
            self._stop(self._too_large())
        self._check_time()
        if self.content is not None:
            self.content.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        self._check_time()
        if self.content is None:
            return None
        self.content.seek(0)
        found = UploadedFile(
            file=self.content, name=self.file_name, content_type=self.content_type, size=file_size, charset=self.charset
        )
        self.content = None
        return found

    def upload_interrupted(self) -> None:
        self._refuse(_("The file did not arrive whole. Try once more."))
        self._drop()

    @property
    def _most(self) -> int:
        match = getattr(self.request, "resolver_match", None)
        return int(getattr(match.func, "most_file_bytes", 0)) if match else 0

    def _too_large(self) -> str:
        return _("The file is too large. At most %(most)d MB are taken.") % {"most": self._most // 1_000_000}

    def _check_time(self) -> None:
        if time.monotonic() > getattr(self.request, "_body_deadline", float("inf")):
            self._stop(_("The file came too slowly. Try again on a faster connection, or with a smaller file."))

    def _stop(self, why: str) -> None:
        self._refuse(why)
        self._drop()
        raise StopUpload(connection_reset=True)  # what is still to come is not read

    def _refuse(self, why: str) -> None:
        self.request._upload_refusal = why

    def _drop(self) -> None:
        if self.content is not None:
            self.content.close()
            self.content = None


class BodyDeadline:
    """Middleware: ends the reading of a body with files that comes too slowly, byte by byte as attackers send it.

    Reading waits in the server, where no handler is asked; so at the deadline the connection is closed for reading, and
    what waits sees the end of the body. The answer can still be sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: UploadRequest) -> HttpResponse:
        if not request.META.get("CONTENT_TYPE", "").startswith("multipart/form-data"):
            return self.get_response(request)
        most = float(settings.UPLOAD_SECONDS)
        request._body_deadline = time.monotonic() + most
        connection = request.META.get("gunicorn.socket")
        timer = threading.Timer(most, _stop_reading, [connection])
        timer.daemon = True
        if connection is not None:
            timer.start()
        try:
            return self.get_response(request)
        finally:
            timer.cancel()


def _stop_reading(connection: Any) -> None:
    try:
        connection.shutdown(0)  # SHUT_RD
    except OSError:
        return  # the other end hung up first
