"""A mail server on this machine for tests, that can refuse, fail and be taken down."""

from __future__ import annotations

from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Got(NamedTuple):
    """A letter that was taken."""

    sender: str
    to: list[str]
    content: bytes


class MailServer:
    """Takes letters, but those to `refuses`; says `says_of_text` of each text, or hangs up without a word (None)."""

    def __init__(self) -> None:
        self.letters: list[Got] = []
        self.refuses: dict[str, str] = {}
        self.refuses_sender = False
        self.says_of_text: str | None = "250 OK"
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        assert self._controller is not None
        return f"smtp://127.0.0.1:{self._controller.server.sockets[0].getsockname()[1]}"

    def __enter__(self) -> MailServer:
        self._controller = _Controller(self, hostname="127.0.0.1", port=0)
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._controller is not None
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802  the names aiosmtpd asks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_sender:
            return "550 Not from you"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.says_of_text is None:
            self.letters.append(Got(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content or b""))
            server.transport.close()
            return "250 OK"
        if self.says_of_text.startswith("250"):
            self.letters.append(Got(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.content or b""))
        return self.says_of_text


class _Controller(Controller):
    """A controller on any free port."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self) -> Any:
        return SMTP(self.handler, enable_SMTPUTF8=False)
