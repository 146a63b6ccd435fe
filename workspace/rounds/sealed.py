"""An answer to an anonymous round while that is open: known that it was given, and not what it is."""

from __future__ import annotations

from typing import ClassVar

from workspace.errors import Invalid, _
from workspace.record import By, Record

LONGEST_REASON = 500  # characters: every answer takes the room of the longest
_SIZE = 3 + 4 * LONGEST_REASON  # bytes of an answer, whatever it is


class Sealed(Record, frozen=True, kw_only=True):
    """A voice's answer to one measure, sealed. The id is `<round>:<measure>:<voice>`: there is one, and no other."""

    table: ClassVar[str] = "sealed"
    indexes: ClassVar[tuple[By, ...]] = (By(("round",)), By(("round", "voter")))

    round: str
    measure: str
    voter: str  # "voice:<id>"
    ciphertext: str  # base64, equally long for all answers

    @property
    def voice(self) -> str:
        """The id of the voice that answered."""
        return self.voter.partition(":")[2]


def packed(value: int, reason: str) -> bytes:
    """An answer as bytes, as many for each. Raises Invalid for a reason that is too long."""
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            {
                "reason": _(
                    "Begrunnelsen har %(count)s tegn. Grensen er %(limit)s.", count=len(reason), limit=LONGEST_REASON
                )
            }
        )
    text = reason.encode()
    return (bytes([value]) + len(text).to_bytes(2) + text).ljust(_SIZE, b"\0")


def unpacked(content: bytes) -> tuple[int, str]:
    """The value and the reason that were packed."""
    return content[0], content[3 : 3 + int.from_bytes(content[1:3])].decode()
