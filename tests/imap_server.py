"""A small IMAP4rev1 server on this machine for tests: one folder, in memory."""

from __future__ import annotations

import re
import socketserver
import threading


class ImapServer:
    """One folder of messages, each with its flags. `fetched` says which were fetched whole."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.flags: list[set[str]] = []
        self.fetched: list[int] = []
        self.refuses_flags = False  # the connection breaks when a message is to be marked
        self._server: socketserver.ThreadingTCPServer | None = None

    def put(self, message: bytes) -> None:
        self.messages.append(message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        self.flags.append(set())

    @property
    def unseen(self) -> int:
        return sum("\\Seen" not in flags for flags in self.flags)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"imap://svar:hemmelig%40@127.0.0.1:{self._server.server_address[1]}/INBOX"

    def __enter__(self) -> ImapServer:
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.talk(self)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def talk(self, line: socketserver.StreamRequestHandler) -> None:
        """One conversation."""
        line.wfile.write(b"* OK ready\r\n")
        while request := line.rfile.readline():
            tag, _space, rest = request.decode().strip().partition(" ")
            said = self._said(line, rest)
            if said is None:
                return
            line.wfile.write(f"{tag} {said}\r\n".encode())
            if rest.upper().startswith("LOGOUT"):
                return

    def _said(self, line: socketserver.StreamRequestHandler, rest: str) -> str | None:
        """What is answered to one command, its data written already; None breaks the connection."""
        match rest.upper().removeprefix("UID ").split()[0]:
            case "CAPABILITY":
                line.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            case "LOGIN" if '"hemmelig@"' not in rest:
                return "NO wrong password"
            case "SELECT":
                line.wfile.write(f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n".encode())
            case "SEARCH":
                found = " ".join(str(n + 1) for n, flags in enumerate(self.flags) if not flags)
                line.wfile.write(f"* SEARCH {found}\r\n".encode())
            case "FETCH":
                self._fetch(line, rest)
            case "STORE" if self.refuses_flags:
                return None
            case "STORE":
                set_ = re.findall(r"\\\w+", rest)
                self.flags[int(re.findall(r"STORE (\d+)", rest)[0]) - 1].update(set_)
            case "LOGOUT":
                line.wfile.write(b"* BYE\r\n")
        return "OK done"

    def _fetch(self, line: socketserver.StreamRequestHandler, rest: str) -> None:
        number = int(re.findall(r"FETCH (\d+)", rest)[0])
        message = self.messages[number - 1]
        if "RFC822.SIZE" in rest:
            line.wfile.write(f"* {number} FETCH (UID {number} RFC822.SIZE {len(message)})\r\n".encode())
            return
        if "[HEADER]" in rest:
            part, name = message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", "BODY[HEADER]"
        else:
            part, name = message, "BODY[]"
            self.fetched.append(number)
        line.wfile.write(f"* {number} FETCH (UID {number} {name} {{{len(part)}}}\r\n".encode() + part + b")\r\n")
