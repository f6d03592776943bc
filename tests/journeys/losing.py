"""A network that loses things: a proxy before the portal that drops answers after they were given, or everything."""

import contextlib
import http.client
import json
import random
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length"}
TIMEOUT_S = 30


class LosingProxy:
    """Passes everything on to one address. Of the API's answers it loses a share: the server has kept, nobody hears.

    down: nothing comes through at all. refuses: the API takes nothing, pages are there. rewrites: what becomes of the
    text of a path, as with a new version of it. `lost` counts answers that were dropped, `sent` events by id that
    arrived.
    """

    def __init__(self, target: str, *, share: float, seed: int) -> None:
        self.share = share
        self.down = False
        self.refuses = False
        self.rewrites: dict[str, Callable[[str], str]] = {}
        self.lost = 0
        self.posts = 0
        self.sent: dict[str, int] = {}
        self._random = random.Random(seed)
        self._target = urlsplit(target)
        self._lock = threading.Lock()
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                # A page that went away does not wait for its answer.
                with contextlib.suppress(ConnectionError):
                    proxy.pass_on(self)

            do_POST = do_GET  # noqa: N815  the name that http.server calls

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing: what arrived is counted."""

        class Server(ThreadingHTTPServer):
            request_queue_size = 128  # with the usual 5 a busy machine turns away what a browser opens at once

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://localhost:{self._server.server_address[1]}"

    def __enter__(self) -> "LosingProxy":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def pass_on(self, request: BaseHTTPRequestHandler) -> None:
        """Ask the portal what the browser asks, and give the answer back unless it gets lost."""
        if self.down:
            request.close_connection = True
            return
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        if self.refuses and request.command == "POST" and request.path.startswith("/api/"):
            request.send_response_only(http.HTTPStatus.SERVICE_UNAVAILABLE)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        connection = http.client.HTTPConnection("127.0.0.1", self._target.port or 80, timeout=TIMEOUT_S)
        try:
            headers = {name: value for name, value in request.headers.items() if name.lower() not in HOPS}
            rewrite = self.rewrites.get(request.path)
            if rewrite is not None:
                headers = {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}
            connection.request(request.command, request.path, body=body or None, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
            if rewrite is not None:
                content = rewrite(content.decode()).encode()
        except OSError:
            return  # the portal is going down, and so is the browser's connection
        finally:
            connection.close()
        is_kept = request.path == "/api/v1/events/" and answer.status == http.HTTPStatus.OK
        if is_kept and self._loses(body):
            return
        request.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOPS:
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def _loses(self, body: bytes) -> bool:
        with self._lock:
            for event in json.loads(body)["events"]:
                self.sent[event["id"]] = self.sent.get(event["id"], 0) + 1
            self.posts += 1
            # The first answer is always lost, so that a run of good luck proves nothing.
            is_lost = self.share > 0 and (self.posts == 1 or self._random.random() < self.share)
            self.lost += is_lost
            return is_lost
