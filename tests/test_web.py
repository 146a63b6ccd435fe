"""What routes share: reading forms, where to go next, and the answers when something went wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import KARI, REGION, csrf_of
from workspace import clean, web
from workspace.access import Actor
from workspace.errors import BadRequest, Unavailable
from workspace.parts import Workspace


@pytest.fixture
def bare() -> Flask:
    return Flask(__name__)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Hei\r\nhå", "Hei\nhå"),
        ("A\u030alesund", "Ålesund"),
        ("nul\x00l", "null"),
        ("fane\tog linje\n", "fane\tog linje\n"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_clean_text_keeps_what_people_write(typed: str, kept: str) -> None:
    assert clean.clean_text(typed) == kept


@pytest.mark.parametrize("typed", ["\ud800", "a\udfff"])
def test_a_lone_surrogate_is_not_text(typed: str) -> None:
    with pytest.raises(BadRequest):
        clean.clean_text(typed)


def test_a_name_is_one_line_and_reads_one_way() -> None:
    assert clean.clean_line("  Kari\u202egnp.exe \n Nordmann ") == "Karignp.exe Nordmann"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean.clean_text(clean.clean_text(text)) == clean.clean_text(text)


@pytest.mark.parametrize("text", ["", " \n\t", "\u200d", "\u3164\u3164", "\u00a0\u2003"])
def test_what_nobody_can_see_is_blank(text: str) -> None:
    assert clean.is_blank(text)


@pytest.mark.parametrize("text", ["a", "·", "👍", " 1 "])
def test_what_can_be_seen_is_not_blank(text: str) -> None:
    assert not clean.is_blank(text)


@pytest.mark.parametrize(
    "target",
    [
        "//evil",
        "/\\evil",
        "https:evil",
        "https://evil",
        "/%2f/evil",
        "%2f%2fevil",
        "/%09/evil",
        "/\t/evil",
        "evil",
        "",
        "javascript:alert(1)",
    ],
)
def test_after_sign_in_nobody_is_sent_elsewhere(target: str) -> None:
    assert web.safe_next(target) == "/"


@pytest.mark.parametrize("target", ["/", "/r/skarfjord/", "/r/skarfjord/search?q=n%C3%A6ring"])
def test_after_sign_in_people_go_where_they_were_going(target: str) -> None:
    assert web.safe_next(target) == target


def test_a_field_sent_twice_is_refused(bare: Flask) -> None:
    with bare.test_request_context(method="POST", data={"choice": ["A", "B"]}), pytest.raises(BadRequest):
        web.form("choice")


def test_fields_that_are_not_asked_for_have_no_effect(bare: Flask) -> None:
    with bare.test_request_context(method="POST", data={"text": "Hei", "role": "administrator"}):
        assert web.form("text") == {"text": "Hei"}


def test_a_declared_list_may_come_many_times(bare: Flask) -> None:
    with bare.test_request_context(method="POST", data={"measure": ["1", "2"]}):
        assert web.form(many=("measure",)) == {"measure": ("1", "2")}


@pytest.mark.parametrize("text", ["", "-1", "1.0", "٣", "1e3", "9" * 5000])
def test_only_plain_numbers_are_numbers(text: str) -> None:
    with pytest.raises(BadRequest):
        web.number(text)


@pytest.mark.parametrize(("query", "page"), [("", 1), ("page=3", 3), ("page=0", 1), ("page=-2", 1), ("page=x", 1)])
def test_a_page_that_makes_no_sense_is_the_first(bare: Flask, query: str, page: int) -> None:
    with bare.test_request_context(f"/?{query}"):
        assert web.page_number() == page
        assert request.path == "/"


def test_with_no_store_at_all_a_page_says_so_and_gives_back_what_was_typed(
    as_person: Callable[[Actor], FlaskClient], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that is being restarted can't even be asked who is signed in."""
    client = as_person(KARI)
    token = csrf_of(client)

    def silent(*_: object) -> None:
        raise Unavailable()

    for store in (workspace.house, workspace.region(REGION)):
        monkeypatch.setattr(type(store), "view", silent)
    for answer in (
        client.get(f"/r/{REGION}/"),
        client.post(f"/r/{REGION}/threads/x/comments", data={"csrf_token": token, "text": "Kaia er trang."}),
    ):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert "Vi får ikke lagret akkurat nå" in answer.text
    assert "Kaia er trang." in answer.text
