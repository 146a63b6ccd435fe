"""The embedded server: waitress, with a stricter reading of HTTP and a clean stop.

Waitress keeps slow clients away from its threads (measured against others in the security design, section 5), but as
shipped it answers a request that was smuggled behind another. Our parser refuses every header block that two readers
could read differently.
"""

from __future__ import annotations

import contextlib
import gc
import ipaddress
import re
import resource
import signal
import sys
import threading
from io import BytesIO
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import FixedStreamReceiver
from waitress.server import create_server
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge

from workspace import assembly, create_app, request_log
from workspace.config import Config
from workspace.errors import Unavailable
from workspace.jobs import Jobs
from workspace.owner import Owner
from workspace.parts import Workspace
from workspace.regions import first_run
from workspace.store.port import StoreRefused

LONGEST_URL = 8_000  # bytes
LARGEST_HEADERS = 16_384  # bytes
LARGEST_BODY = 102 * 1024 * 1024  # bytes of files sent together; other addresses have smaller limits of their own
LARGEST_DISCARDED = (
    10 * LARGEST_BODY
)  # a body up to here is read to its end and thrown away, and the application says so
DRAIN = 10  # seconds that a stop waits for answers under way

_TOKEN = rb"[!#$%&'*+.^`|~0-9A-Za-z-]+"
_FIRST_LINE = re.compile(rb"[A-Z]{1,20} [\x21-\x7e]+ HTTP/1\.[01]")
_FIELD = re.compile(rb"(" + _TOKEN + rb"):[ \t]*([\t\x20-\x7e\x80-\xff]*)")


class TooLongAddress(Error):  # type: ignore[misc]
    """The answer 414."""

    code = 414
    reason = "URI Too Long"


class _Nowhere:
    """Where the body goes that is too large: nowhere."""

    def __len__(self) -> int:
        return 0

    def append(self, data: bytes) -> None:
        """Throw it away."""

    def getfile(self) -> BytesIO:
        """What the application may read of it."""
        return BytesIO()

    def close(self) -> None:
        """Nothing is open."""


class StrictParser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what RFC 9112 lets a reader refuse: obs-fold, bare line feeds, two lengths, a length beside chunks."""

    completed: bool
    error: Error | None
    body_rcv: Any
    expect_continue: bool
    discards = False  # whether the body is thrown away

    def received(self, data: bytes) -> int:
        """Take bytes in. A bare line feed among the headers is refused at once; waitress would wait for more."""
        in_headers = self.body_rcv is None and not self.completed
        seen = self.header_plus + data if in_headers else b""
        head = seen.partition(b"\r\n\r\n")[0]
        if re.search(rb"(?<!\r)\n|\r(?!\n)(?!\Z)", head):
            self.parse_header_as_refused(ParsingError("Bare CR or LF in the headers"))
            return len(data)
        if len(head.partition(b"\r\n")[0]) > LONGEST_URL and in_headers:
            self.parse_header_as_refused(None)
            self.error = TooLongAddress(f"longer than {LONGEST_URL} bytes")
            return len(data)
        if self.discards:
            self.body_bytes_received = 0  # waitress would stop at its limit
        consumed = int(super().received(data))
        if isinstance(self.error, RequestEntityTooLarge) and 0 < self.content_length < LARGEST_DISCARDED:
            self._discard_body()
        elif self.error is not None:
            self.expect_continue = False  # nobody is told to send what will be refused
        return consumed

    def _discard_body(self) -> None:
        """Leave it to the application to say that the body is too large: it knows by its length, in the reader's words.

        A browser that is cut off while it sends shows no answer, so the body is read to its end. One who asks first
        whether to send it is answered at once.
        """
        self.error = None
        if self.expect_continue:
            self.expect_continue, self.body_rcv = False, None
            self.headers["CONNECTION"] = "close"
        else:
            self.completed, self.discards = False, True
            self.body_rcv = FixedStreamReceiver(self.content_length, _Nowhere())

    def parse_header_as_refused(self, error: ParsingError | None) -> None:
        """End the request here with 400, and close the connection after the answer."""
        super().parse_header(b"GET / HTTP/1.0\r\n")
        self.error = BadRequest(str(error))
        self.completed = True
        self.connection_close = True

    def parse_header(self, header_plus: bytes) -> None:
        """Check the whole block before waitress reads it. Raises ParsingError."""
        first_line, _end, rest = header_plus.partition(b"\r\n")
        if not _FIRST_LINE.fullmatch(first_line):
            raise ParsingError("The request line is invalid")
        fields: dict[bytes, list[bytes]] = {}
        for line in rest.split(b"\r\n"):
            if not line:
                continue
            match = _FIELD.fullmatch(line)
            if match is None:
                # an underscore would reach WSGI under the same name as a dash
                if re.match(rb"[\w!#$%&'*+.^`|~-]+:", line) and b"_" in line.partition(b":")[0]:
                    fields.setdefault(b"underscored", []).append(line)
                    continue
                raise ParsingError("A header is invalid")
            fields.setdefault(match[1].lower(), []).append(match[2].strip(b" \t"))
        _check_framing(fields, first_line)
        super().parse_header(header_plus)


def _check_framing(fields: dict[bytes, list[bytes]], first_line: bytes) -> None:
    lengths = fields.get(b"content-length", [])
    encodings = fields.get(b"transfer-encoding", [])
    if len(lengths) > 1 or any(not re.fullmatch(rb"\d{1,12}", length) for length in lengths):
        raise ParsingError("Content-Length is invalid")
    if encodings and (lengths or len(encodings) > 1 or encodings[0].lower() != b"chunked"):
        raise ParsingError("Transfer-Encoding is invalid")
    if encodings and first_line.endswith(b"1.0"):
        raise ParsingError("Transfer-Encoding in HTTP/1.0")
    if len(fields.get(b"host", [])) != 1 and not first_line.endswith(b"1.0"):
        raise ParsingError("There must be one Host")
    if len(fields.get(b"host", [])) > 1:
        raise ParsingError("There must be one Host")


class StrictChannel(HTTPChannel):  # type: ignore[misc]
    """A connection that is read by the strict parser."""

    parser_class = StrictParser


class Readiness:
    """Whether we take work: what `/readyz` says."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.stopping = False

    def why_not(self) -> str:
        """Why we take no work, "" when we do."""
        if self.stopping:
            return "stopping"
        return "" if self._workspace.stores.writable() else "the store takes no writes"


def is_loopback(host: str) -> bool:
    """Whether the address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def serve(config: Config, host: str, port: int) -> None:
    """Serve until a signal says stop. Raises StoreRefused when the instance is in use or we may not listen there."""
    if config.demo and not is_loopback(host):
        raise StoreRefused("demo mode is for this machine only; leave --demo out, or listen on 127.0.0.1")
    if not is_loopback(host) and not config.secure:
        raise StoreRefused("set WORKSPACE_BASE_URL to the https address people use before listening on a network")
    _raise_file_limit()
    request_log.start(config)
    workspace = assembly.open_workspace(config)
    owner = None if config.database_url else Owner(workspace)
    jobs = None if config.database_url else Jobs(workspace)
    workspace.indexes.followed = True  # by our jobs, or by a worker
    readiness = Readiness(workspace)
    app = create_app(workspace)
    app.extensions["readiness"] = readiness
    app.extensions["file_reader"] = jobs.reader if jobs else None
    if jobs:
        _open_regions(workspace)
    server = listening(app, host, port, config.threads)
    _stop_on_signals(readiness)
    if jobs:
        jobs.start()
    _welcome(workspace, host, port)
    with contextlib.suppress(SystemExit):
        server.run()
    readiness.stopping = True
    server.task_dispatcher.shutdown(timeout=DRAIN)
    server.close()
    if jobs:
        jobs.stop()
    if owner:
        owner.stop()
    workspace.indexes.close()
    workspace.stores.close()


def _open_regions(workspace: Workspace) -> None:
    """Read every region now, and not in somebody's first request. What was read stays as long as we do.

    So the garbage collector need not go through it: with 100,000 records that took a third of a second each time,
    in which nobody was answered. A region that is damaged is told of when it is asked for.
    """
    for slug in workspace.stores.slugs():
        with contextlib.suppress(StoreRefused):
            workspace.region(slug)
    gc.collect()
    gc.freeze()


def listening(app: Any, host: str, port: int, threads: int) -> Any:
    """The server of an application, listening already. Raises StoreRefused when we may not listen there."""
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            threads=threads,
            connection_limit=1000,
            asyncore_use_poll=True,
            channel_timeout=30,
            cleanup_interval=5,
            max_request_header_size=LARGEST_HEADERS,
            max_request_body_size=LARGEST_BODY,
            expose_tracebacks=False,
            clear_untrusted_proxy_headers=False,
            ident=None,
        )
    except OSError as error:
        raise StoreRefused(f"can't listen on {host}:{port}: {error.strerror}") from error
    server.channel_class = StrictChannel
    return server


def _stop_on_signals(readiness: Readiness) -> None:
    """The first signal stops cleanly: no new work, answers under way are given. The second one stops at once."""

    def stop(number: int, frame: Any) -> None:
        for again in (signal.SIGTERM, signal.SIGINT):
            signal.signal(again, signal.SIG_DFL)
        readiness.stopping = True
        raise SystemExit

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4096 if hard == resource.RLIM_INFINITY else min(4096, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _welcome(workspace: Workspace, host: str, port: int) -> None:
    config = workspace.config
    shown = f"http://{host}:{port}" if is_loopback(host) else config.base_url.rstrip("/")
    code = "" if config.demo else _first_code(workspace)
    how = "Step in as anybody on the first page." if config.demo else "Sign in with your account."
    if code:
        how = f"There is no region yet: open the page and make one with the code {code} (once, within 24 hours)."
    sys.stdout.write(f"Regionrom is at {shown}/  {how}  Stop with Ctrl-C.\n")
    sys.stdout.flush()


def _first_code(workspace: Workspace) -> str:
    """The code for making the first region, "" where there is one already or nothing can be kept now."""
    try:
        return first_run.make_code(workspace)
    except Unavailable:
        return ""
