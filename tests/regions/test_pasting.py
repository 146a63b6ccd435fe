"""Lists as people paste them: from a mail program, a spreadsheet, a note."""

from __future__ import annotations

import pytest

from workspace.regions import pasting


def _read(text: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.name, one.email) for one in pasting.read(text)]


def test_both_forms_one_a_line() -> None:
    text = "Hallvard Lie <hallvard@tindlia.example>\n\nVARA@tindlia.example\n"
    assert _read(text) == [(1, "Hallvard Lie", "hallvard@tindlia.example"), (3, "", "vara@tindlia.example")]


@pytest.mark.parametrize(
    "text",
    [
        "Lie, Hallvard <h@tindlia.no>; Ola Å <ola@havn.no>",
        "Lie, Hallvard <h@tindlia.no>, Ola Å <ola@havn.no>",
        '"Lie, Hallvard" <h@tindlia.no>;"Ola Å" <mailto:ola@havn.no>;',
        "Lie, Hallvard\th@tindlia.no\nOla Å ola@havn.no",
    ],
)
def test_as_mail_programs_and_spreadsheets_write_them(text: str) -> None:
    assert [row[1:] for row in _read(text)] == [("Lie, Hallvard", "h@tindlia.no"), ("Ola Å", "ola@havn.no")]


def test_many_bare_ones_on_a_line() -> None:
    assert [row[2] for row in _read("a@b.no, c@d.no;e@f.no ,g@h.no")] == ["a@b.no", "c@d.no", "e@f.no", "g@h.no"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kari.nordmann@", "Adressen mangler det som står etter @."),
        ("@havn.no", "Adressen mangler det som står foran @."),
        ("Kari Nordmann", "Adressen mangler @."),
        ("Kari <kari>", "Adressen mangler @."),
        ("kari@havn", "Adressen mangler endelsen, for eksempel .no."),
        ("kari@havn.no ola@havn.no", "Her er det to adresser."),
        ("Kari <kari@ havn.no>", "Dette er ikke en e-postadresse."),
        ("<<kari@havn.no>>", "Dette er ikke en e-postadresse."),
        ("kari@" + "a" * 250 + ".no", "Dette er ikke en e-postadresse."),
    ],
)
def test_what_is_wrong_is_said_of_its_line(text: str, told: str) -> None:
    [one] = pasting.read(f"\n{text}")[-1:]
    assert (one.line, one.email, one.text) == (2, "", text)
    assert str(one.problem.text).startswith(told)


def test_nothing_is_nobody() -> None:
    assert pasting.read(" \n;, \n") == []
