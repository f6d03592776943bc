"""A push service for tests: answers as it is told, and opens what it is sent as a browser would."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def text_of(raw: bytes) -> str:
    """Bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Phone:
    """The keys of a browser. number: its private key, where every process is to see the same; else by chance."""

    def __init__(self, number: int | None = None) -> None:
        curve = ec.SECP256R1()
        self.key = ec.derive_private_key(number, curve) if number else ec.generate_private_key(curve)
        self.secret = b"sixteen secrets!"
        self.auth = text_of(self.secret)
        self.p256dh = text_of(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def read(self, body: bytes) -> dict[str, Any]:
        """Return the payload of a message to this browser."""
        opened = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        document: dict[str, Any] = json.loads(opened)
        return document


@dataclass
class PushSink:
    """What the service was asked, and what it answers next: a status, "hang", or "drip"; then 201."""

    url: str = ""
    moods: list[Any] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def push_service() -> Iterator[PushSink]:
    """Serve on this machine until the block ends."""
    sink = PushSink()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            mood = sink.moods.pop(0) if sink.moods else 201
            if mood == "hang":
                over.wait(30)
                return
            if mood == "drip":
                self.wfile.write(b"HTTP/1.1 201 Created\r\nX-Slow: ")
                while not over.is_set():
                    try:
                        self.wfile.write(b"a")
                    except OSError:
                        return
                    time.sleep(0.05)
                return
            self.send_response(mood)
            for name, value in sink.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    sink.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield sink
    finally:
        over.set()
        server.shutdown()
        server.server_close()
