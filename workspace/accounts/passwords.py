"""Passwords: what is good enough, and how they are kept (argon2id).

Rules of OWASP ASVS 5.0, 6.2: length counts, no rules of composition, common ones are refused.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from workspace.errors import Invalid, _

SHORTEST = 15  # characters
LONGEST = 1024  # bytes
_COMMON = Path(__file__).with_name("common_passwords.txt")

hasher = PasswordHasher()  # argon2id, 64 MiB
_room = threading.Semaphore(2)  # each takes 64 MiB while it works
_nobody: list[str] = []  # the hash that is verified for people who do not exist


@cache
def _common() -> frozenset[str]:
    return frozenset(line for line in _COMMON.read_text(encoding="utf-8").split("\n") if line)


def normal(password: str) -> str:
    """The password as it is hashed: NFC, and otherwise every character as typed."""
    return unicodedata.normalize("NFC", password)


def check(password: str, own_words: tuple[str, ...] = ()) -> None:
    """Raise Invalid (field `new_password`) unless the password is good enough.

    `own_words` are words of the person and the place (name, e-mail, region): what is left without them and without
    common words must be more than filling (ASVS 6.2.11).
    """
    password = normal(password)
    if len(password) < SHORTEST:
        raise Invalid(
            {"new_password": _("Passordet må ha minst %(count)s tegn. Fire vanlige ord er fint.", count=SHORTEST)}
        )
    if len(password.encode()) > LONGEST:
        raise Invalid({"new_password": _("Passordet er for langt.")})
    plain = password.casefold()
    letters = "".join(character for character in plain if character.isalpha())
    if _is_own(letters, own_words) or plain in _common() or letters in _common() or len(set(plain)) < 5:
        raise Invalid({"new_password": _("Passordet er for lett å gjette. Velg noe andre ikke kommer på.")})


def _is_own(letters: str, own_words: tuple[str, ...]) -> bool:
    words = {"".join(c for c in word.casefold() if c.isalpha()) for text in own_words for word in (text, *text.split())}
    rest = letters
    for word in sorted((word for word in words if len(word) >= 3), key=len, reverse=True):
        rest = rest.replace(word, "")
    if rest == letters:
        return False
    for word in (
        "kommunen",
        "kommune",
        "regionen",
        "region",
        "passord",
        "regionrom",
        "næringsplan",
        "sommer",
        "vinter",
    ):
        rest = rest.replace(word, "")
    return len(rest) < 6


def hashed(password: str) -> str:
    """The argon2id hash to keep."""
    with _room:
        return hasher.hash(normal(password))


def matches(kept: str, password: str) -> bool:
    """Whether the password is the one that was hashed. Takes as long for somebody who has none (`kept` is "")."""
    if not _nobody:
        _nobody.append(hashed("somebody who does not exist"))
    try:
        with _room:
            return hasher.verify(kept or _nobody[0], normal(password[:LONGEST])) and bool(kept)
    except VerificationError:
        return False
