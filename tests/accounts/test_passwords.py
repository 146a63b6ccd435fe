"""Which passwords are good enough, and that checking one costs the same for everybody."""

from __future__ import annotations

import pytest

from workspace.accounts import passwords
from workspace.errors import Invalid

GOOD = "hest batteri stift kvern"
WORDS = ("Skarfjordregionen", "skarfjord", "Havnsund", "Ytre Nes", "Kari Nordmann", "karinordmann", "kari.nordmann")


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "Blåbær på Ytre Nes i regnvær",
        "x7#Qm2!vL9pZ4tRw",
        "15 tegn er nok!",
        "å" * 3 + "bcdefghijklm",
        "s" * 5 + GOOD * 40,
    ],
)
def test_long_ones_pass_without_rules_of_composition(password: str) -> None:
    passwords.check(password, WORDS)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("hest batteri x", "14 characters"),
        ("a" * 15, "one letter"),
        ("abababababababab", "two letters"),
        ("å" * 500 + GOOD * 2 + "æ" * 50, "over 1,024 bytes"),
        ("passord123456789", "common"),
        ("PassordPassord01", "common in another case"),
        ("næringsplan2020", "common here"),
        ("1q2w3e4r5t6y7u8i9o0pp", "a walk on the keyboard"),
        ("skarfjordregionen", "the region"),
        ("Skarfjordregionen2026!", "the region and filling"),
        ("havnsundkommune1", "the municipality"),
        ("Havnsund-kommune-2027", "the municipality and filling"),
        ("KariNordmann1234", "the person"),
        ("kari nordmann kari nordmann", "the person, twice"),
        ("ytre nes kommune 12", "a place of two words"),
    ],
)
def test_what_others_would_try_is_refused(password: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(password, WORDS)
    assert set(refused.value.errors) == {"new_password"}, why


def test_the_list_of_common_ones_is_long_and_of_a_length_that_matters() -> None:
    lines = passwords._COMMON.read_text(encoding="utf-8").split()
    assert len([line for line in lines if len(line) >= passwords.SHORTEST]) >= 3000
    assert len(lines) == len(set(lines))


def test_a_hash_fits_its_password_however_it_is_composed() -> None:
    kept = passwords.hashed("Ålesund ved sjøen 7")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "A\u030alesund ved sjøen 7")
    assert not passwords.matches(kept, "Ålesund ved sjøen 8")
    assert not passwords.matches("", "")


def test_nobody_costs_one_verification_as_somebody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = passwords.hashed(GOOD)
    passwords.matches("", "to make the hash of nobody")
    verified: list[str] = []
    real = passwords.hasher

    class Counting:
        def verify(self, hash: str, password: str) -> bool:
            verified.append(hash)
            return real.verify(hash, password)

        def hash(self, password: str) -> str:
            raise AssertionError("no hash is made while somebody waits")

    monkeypatch.setattr(passwords, "hasher", Counting())
    assert not passwords.matches("", GOOD)
    assert not passwords.matches(kept, "wrong")
    assert passwords.matches(kept, GOOD)
    somebody, nobody = verified[1], verified[0]
    assert len(verified) == 3
    assert somebody.rsplit("$", 2)[0] == nobody.rsplit("$", 2)[0], "the same cost parameters"
