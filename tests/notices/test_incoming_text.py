"""What of an answer by mail is somebody's own words: in the forms mail comes in, and in three languages."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workspace.notices.incoming_text import new_text, own_words

OWN = "Ja, det støtter vi.\nMen hvem betaler?"
QUOTED = "> Kari nevnte deg i planen\n> https://rom.example.no/r/x"

CUT = [
    OWN,
    f"{OWN}\n\n{QUOTED}",
    f"{OWN}\n\nDen 3. nov. 2026 kl. 12.00 skrev Regionrom <svar@rom.example.no>:\n{QUOTED}",
    f"{OWN}\n\nDen tir. 3. nov. 2026 kl. 12:00 skrev Regionrom <\nsvar+abc@rom.example.no>:\n\n{QUOTED}",
    f"{OWN}\n\nDen 3. november 2026 kl. 12.00 skreiv Regionrom:\n{QUOTED}",
    f"{OWN}\n\nmån. 3. nov. 2026 kl. 12:00 skreiv Kari Nes <kari@example.no>:\n{QUOTED}",
    f"{OWN}\n\n3. november 2026 skrev Kari Nes:\n{QUOTED}",
    f"{OWN}\n\nOn Tue, Nov 3, 2026 at 12:00 PM Regionrom <svar@rom.example.no> wrote:\n{QUOTED}",
    f"{OWN}\n\nOn Tue, Nov 3, 2026 at 12:00 PM Regionrom\n<svar@rom.example.no> wrote:\n\n{QUOTED}",
    f"{OWN}\n\nFra: Regionrom <svar@rom.example.no>\nSendt: 3. november 2026 12:00\nTil: Kari\n\nKari nevnte deg",
    f"{OWN}\n\nFrå: Regionrom\nSendt: tysdag 3. november 2026\nTil: Kari\nEmne: Hei\n\nKari nemnde deg",
    f"{OWN}\n\nFrom: Regionrom\nSent: Tuesday, November 3, 2026\nTo: Kari\nSubject: Hi\n\nKari mentioned you",
    f"{OWN}\n\n________________________________\nFra: Regionrom\nSendt: tirsdag\nTil: Kari\n\nKari nevnte deg",
    f"{OWN}\n\n-----Opprinnelig melding-----\nFra: Regionrom\nKari nevnte deg",
    f"{OWN}\n\n-----Opphavleg melding-----\nKari nemnde deg",
    f"{OWN}\n\n----- Original Message -----\nKari mentioned you",
    f"{OWN}\n\n-- \nKari Nes\nNæringssjef",
    f"{OWN}\n\nSendt fra min iPhone",
    f"{OWN}\n\nSendt frå telefonen min",
    f"{OWN}\n\nSent from my iPhone\n\n> Den 3. nov. 2026 kl. 12.00 skrev Regionrom <s@x.no>:\n> \n> Hei",
    f"{OWN}\n\nHent Outlook for iOS<https://aka.ms/o>\n______________________\nFra: R\nSendt: x\nTil: y\n\nHei",
    f"{OWN}\n\nDen 3. nov. 2026 kl. 12.00 skrev Regionrom <s@x.no>:\n\n##- Skriv svaret over denne linja ##-\n\nHei!",
    f"{OWN}\n\n> ##- Skriv svaret over denne linja ##-\n> Hei!",
]


@pytest.mark.parametrize("text", CUT)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_is_quoted_is_cut(text: str, ending: str) -> None:
    assert own_words(text.replace("\n", ending)) == OWN


KEPT = [
    "Fra vårt ståsted er dette bra.\nTil: ingen i det hele tatt.",
    "Vi skrev om dette i 2025:\nkaien er for liten.",
    "Den saken skrev vi om i fjor. Se også referatet:",
    "Kostnaden er > 100 000, altså mye.",
    "- ett punkt\n- to punkter\n-- tre",
    "Sendt fra Havnøy kommune går det tre båter om dagen, og det er for få til at folk kan pendle over fjorden.",
    "From the sea to the table.\n\nThat is our slogan.",
    "Han skrev «ja» 3. november:\n\nDet er vi glade for.",
]


@pytest.mark.parametrize("text", KEPT)
def test_own_words_that_look_like_it_stay(text: str) -> None:
    assert own_words(text) == text


def test_answers_below_and_between_quotes_stay() -> None:
    text = "Den 3. nov. 2026 kl. 12.00 skrev Kari:\n> Kan dere betale?\n\nJa.\n\n> Når?\n\nI 2028.\n"
    assert own_words(text) == "Ja.\n\nI 2028."


@given(st.lists(st.text(alphabet="abcæøå ,.!?123", min_size=1, max_size=60), min_size=1, max_size=8))
def test_what_stands_above_a_known_mark_survives_to_the_letter(lines: list[str]) -> None:
    own = "\n".join(lines).strip()
    quoted = f"{own}\n\n-----Opprinnelig melding-----\nFra: Regionrom\n"
    assert own_words(quoted) == own_words(own)


# Made to burn time: if it grew with the square, none of these would end while anybody waits.
NASTY = [
    ("egen linje\n> sitat\n" * 10_000, "\n\n".join(["egen linje"] * 10_000)),
    ("Fra: x\n" * 20_000, "Fra: x\n" * 19_999 + "Fra: x"),
    ("> " * 100_000, ""),
    ("\n" * 200_000 + "Ja", "Ja"),
    ("Ja\n\n" + "_" * 200_000, "Ja\n\n" + "_" * 200_000),
    ("Ja\n\n" + "Den 3. nov. 2026 skrev " * 5_000, "Ja\n\n" + ("Den 3. nov. 2026 skrev " * 5_000).strip()),
]


@pytest.mark.parametrize(("text", "own"), NASTY, ids=range(len(NASTY)))
def test_a_long_mail_is_read(text: str, own: str) -> None:
    assert own_words(text) == own


DEEP = [("<b>x" * 30_000, "x" * 30_000), ("<blockquote>" * 30_000 + "x", ""), ("</b>" * 50_000 + "Ja", "Ja")]


@pytest.mark.parametrize(("source", "own"), DEEP, ids=range(len(DEEP)))
def test_html_that_is_deep_is_read(source: str, own: str) -> None:
    message = EmailMessage()
    message.set_content(source, subtype="html")
    assert new_text(message) == own


ANSWERED_BELOW = [
    ("> ##- Skriv svaret over denne linja ##-\n> Hei!\n\nJa, under.", "Ja, under."),
    ("Møtet er 3. november.\n\nDen 3. nov. 2026 kl. 12.00 skrev Kari:\n> Hei", "Møtet er 3. november."),
    ("Ja.\n\nKari skreiv:\n> Hei", "Ja."),
]


@pytest.mark.parametrize(("text", "own"), ANSWERED_BELOW)
def test_where_the_answer_stands_makes_no_difference(text: str, own: str) -> None:
    assert own_words(text) == own


COMMENTS = [("<!--" * 25_000, ""), ("<a b='" * 25_000, ""), ("Ja<!-- x -->, det gjør vi", "Ja, det gjør vi")]


@pytest.mark.parametrize(("source", "own"), COMMENTS, ids=range(len(COMMENTS)))
def test_html_that_never_ends_is_read(source: str, own: str) -> None:
    message = EmailMessage()
    message.set_content(source, subtype="html")
    assert new_text(message) == own


# -- Forms --


def plain(**more: str) -> EmailMessage:
    message = EmailMessage()
    message.set_content(f"{OWN}\n\n{QUOTED}\n", **more)
    return message


def flowed() -> EmailMessage:
    made = "Ja, det støtter vi.\r\nMen hvem \r\nbetaler?\r\n\r\n> Kari nevnte \r\n> deg\r\n"
    head = b'Content-Type: text/plain; charset="utf-8"; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    return email.message_from_bytes(head + made.encode(), policy=default)  # type: ignore[return-value]


def alternative() -> EmailMessage:
    message = plain()
    message.add_alternative("<p>Noe helt annet</p>", subtype="html")
    return message


def html() -> EmailMessage:
    message = EmailMessage()
    message.set_content(
        "<html><head><style>p {}</style></head><body><div>Ja, det st&oslash;tter vi.</div><div>Men hvem <b>betaler</b>?"
        '</div><div class="gmail_quote">Den 3. nov. skrev Kari:<blockquote>Hei</blockquote></div></body></html>',
        subtype="html",
    )
    return message


def outlook() -> EmailMessage:
    message = EmailMessage()
    message.set_content(
        "<p>Ja, det støtter vi.<br>Men hvem betaler?</p><div id='appendonsend'></div><hr><div>Fra: R</div>",
        subtype="html",
    )
    return message


def mixed() -> EmailMessage:
    message = plain()
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="kai.pdf")
    return message


def signed() -> EmailMessage:
    inner = plain().as_string()
    text = (
        'Content-Type: multipart/signed; boundary="b"; protocol="application/pgp-signature"\n\n'
        f"--b\n{inner}\n--b\nContent-Type: application/pgp-signature\n\nxx\n--b--\n"
    )
    return email.message_from_string(text, policy=default)  # type: ignore[return-value]


FORMS = {
    "plain": plain(cte="8bit"),
    "quoted-printable": plain(cte="quoted-printable"),
    "base64": plain(cte="base64"),
    "latin-1": plain(charset="iso-8859-1", cte="quoted-printable"),
    "windows-1252": plain(charset="windows-1252", cte="base64"),
    "flowed": flowed(),
    "alternative": alternative(),
    "html": html(),
    "outlook": outlook(),
    "mixed": mixed(),
    "signed": signed(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_words(form: str) -> None:
    again = email.message_from_bytes(FORMS[form].as_bytes(), policy=default)
    assert new_text(again) == OWN  # type: ignore[arg-type]


def test_a_charset_that_nobody_knows_is_read_all_the_same() -> None:
    head = b"Content-Type: text/plain; charset=unknown-8bit\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    message = email.message_from_bytes(head + "Så bra".encode("windows-1252"), policy=default)
    assert new_text(message) == "Så bra"  # type: ignore[arg-type]


def test_a_message_without_text_has_no_words() -> None:
    message = EmailMessage()
    message.set_content(b"x", maintype="image", subtype="png")
    assert new_text(message) == ""
