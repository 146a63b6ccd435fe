"""E-mails as they are pasted: who they are from, and when they came."""

from __future__ import annotations

import pytest

from workspace.hearings.pasting import Pasted, read

OUTLOOK = """Fra: Kari Nordmann <kari@havnsund.kommune.no>
Sendt: torsdag 4. mars 2027 14:12
Til: post@skarfjord.no
Kopi: Per
Emne: Høringssvar

Havnsund kommune støtter planen.

Hilsen Kari"""


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        (
            OUTLOOK,
            Pasted(
                "Kari Nordmann", "kari@havnsund.kommune.no", "2027-03-04",
                "Havnsund kommune støtter planen.\n\nHilsen Kari",
            ),
        ),
        ("From: Ola <ola@x.no>\nSent: Thursday, March 4, 2027 2:12 PM\nSubject: A\n\nText",
         Pasted("Ola", "ola@x.no", "2027-03-04", "Text")),
        ("Frå: ola@x.no\nDato: 04.03.2027\n\nNei: vi er ikkje einige.",
         Pasted("", "ola@x.no", "2027-03-04", "Nei: vi er ikkje einige.")),
        ("*Fra:* Berg, Anne <anne@x.no>\n*Sendt:* 4.3.27\n\nHei",
         Pasted("Anne Berg", "anne@x.no", "2027-03-04", "Hei")),
        ("Fra: Anne\nDate: 2027-02-31\n\nHei", Pasted("Anne", "", "", "Hei")),
        ("Fra: A <a@x.no>\nTil: b@x.no,\n    c@x.no\nEmne: x\nHei", Pasted("A", "a@x.no", "", "Hei")),
        ("Vi mener dette.\nFra: ingen", Pasted(text="Vi mener dette.\nFra: ingen")),
        ("Emne: bare et emne\n\nHei", Pasted(text="Emne: bare et emne\n\nHei")),
        ("", Pasted()),
    ],
)  # fmt: skip
def test_a_pasted_mail_is_read(pasted: str, expected: Pasted) -> None:
    assert read(pasted) == expected
