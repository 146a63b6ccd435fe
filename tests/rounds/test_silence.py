"""Who has not been heard from: what is counted, that nobody's reading shows, and that only those who lead see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import ADMIN, AMUND, BJORN, KARI, MARIT, REGION, ROLF, START, VERA, actor
from tests.rounds.region import HAVARD, answer, open_round, propose, settle
from workspace.access import Actor, Audience, Role
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents import versions
from workspace.errors import Forbidden, NotFound
from workspace.markup import Block, render
from workspace.parts import Workspace
from workspace.regions.model import Membership
from workspace.rounds import life, silence
from workspace.rounds.silence import Part, Party, parted
from workspace.rounds.suppression import HowMany, how_many

As = Callable[[Actor], FlaskClient]
PLAN = (
    "Innledende ord.\n\n# Folk\n\n## Bolig\n\nVi bygger boliger for unge i alle tre kommunene.\n\n## Skole\n\nVi lærer."
    "\n\n# Hav\n\nVi fisker."
)


@pytest.fixture
def region(workspace: Workspace, app: Flask) -> Workspace:
    return settle(workspace)


def crowd(workspace: Workspace, count: int, municipality: str | None = "9002", group: str | None = None) -> list[Actor]:
    """So many new members of a municipality or a group."""
    made = [actor(f"p{municipality or group}{n}", Role.PARTICIPANT, municipality=municipality) for n in range(count)]
    with workspace.region(REGION).transaction() as tx:
        for who in made:
            email = f"{who.person}@example.no"
            tx.put(
                Membership(
                    id=who.person, name=who.name, email=email, role=who.role, municipality=municipality, group=group,
                    since=START,
                )
            )  # fmt: skip
    return made


def party(workspace: Workspace, id: str) -> Party:
    return next(one for one in silence.parties(workspace, MARIT) if one.id == id)


# -- How many, told so that it tells of nobody --


@pytest.mark.parametrize(
    ("count", "size", "told"),
    [
        (0, 0, None), (0, 4, None), (4, 4, None), (0, 5, (0, 1)), (1, 5, (0, 1)), (2, 5, (2, 2)), (3, 5, (3, 3)),
        (4, 5, (4, 5)), (5, 5, (4, 5)), (6, 12, (6, 6)), (11, 12, (11, 12)), (12, 12, (11, 12)),
    ],
)  # fmt: skip
def test_how_many_is_told_where_it_tells_of_nobody(count: int, size: int, told: tuple[int, int] | None) -> None:
    assert how_many(count, size) == told


def test_of_no_group_does_it_follow_that_somebody_has_or_has_not() -> None:
    for size in range(30):
        for count in range(size + 1):
            told = how_many(count, size)
            if told is None:
                assert size < 5
            else:
                assert told.least <= count <= told.most
                assert told.most > 0 and told.least < size, "neither that none has, nor that all have"


# -- What is counted --


@pytest.mark.both_stores
def test_municipalities_and_groups_are_counted_in_the_regions_own_order(region: Workspace, product: str) -> None:
    document = documents.create(region, AMUND, title="Plan", kind="plan", text=PLAN)
    measure = propose(region)
    round_ = open_round(region, measure)
    thread = comments.open_thread(region, KARI, document.id, 1, "Hei")
    comments.reply(region, KARI, thread.id, "Og hei igjen")
    comments.reply(region, BJORN, thread.id, "Fra næringslivet")
    answer(region, HAVARD, round_, measure, "4")
    found = silence.parties(region, MARIT)
    assert [one.name for one in found if one.name] == ["Havnsund", "Skarfjord", "Solåsen"]
    assert [one.id for one in found if not one.name][:2] == ["business", "youth"]
    heard = {one.id: (one.members, one.comments, one.writers, one.answered, one.rounds) for one in found}
    assert heard["9001"] == (1, 2, 1, 0, 1)
    assert heard["9002"] == (0, 0, 0, 1, 1)
    assert heard["9003"] == (0, 0, 0, 0, 1)
    assert heard["business"] == (1, 1, 1, 0, 0)
    assert [one.id for one in found if one.is_heard] == ["9001", "9002", "business"]


@pytest.mark.both_stores
def test_reading_is_told_as_a_number_of_five_and_more(region: Workspace, product: str) -> None:
    document = documents.create(region, AMUND, title="Plan", text=PLAN)
    few, many = crowd(region, 4, "9003"), crowd(region, 6)
    for who in (*few, *many[:3]):
        versions.mark_read(region, who, document.id, 1)
    assert party(region, "9003").opened is None
    assert party(region, "9002").opened == HowMany(3, 3)
    assert party(region, "9001").opened is None
    for who in many[3:]:
        versions.mark_read(region, who, document.id, 1)
    assert party(region, "9002").opened == HowMany(5, 6)


def test_a_member_who_left_is_counted_no_more_but_what_was_said_is(region: Workspace) -> None:
    document = documents.create(region, AMUND, title="Plan", text=PLAN)
    comments.open_thread(region, KARI, document.id, 1, "Hei")
    with region.region(REGION).transaction() as tx:
        tx.put(tx.get(Membership, "kari").changed(ended=START))
    assert (party(region, "9001").members, party(region, "9001").comments) == (0, 1)


def test_a_comment_on_a_measure_counts_too(region: Workspace) -> None:
    comments.open_about(region, KARI, f"measure:{propose(region).id}", 1, "Hei")
    assert party(region, "9001").is_heard


def test_who_may_be_written_to_is_who_answers_for_the_municipality_or_else_all(region: Workspace) -> None:
    people = crowd(region, 2, "9003")
    assert party(region, "9003").contacts == tuple(f"{who.person}@example.no" for who in people)
    crowd(region, 1, "9001")
    assert party(region, "9001").contacts == ("kari@example.no",)


def test_advice_counts_only_once_a_round_shows_what_was_answered(region: Workspace) -> None:
    measure = propose(region)
    round_ = open_round(region, measure, visibility="hidden")
    answer(region, BJORN, round_, measure, "4")
    answer(region, KARI, round_, measure, "4")
    assert (party(region, "business").answered, party(region, "9001").answered) == (0, 1)
    life.close_round(region, MARIT, round_.id, "Ferdig.")
    assert party(region, "business").answered == 1


# -- The parts of a document --


def blocks(text: str) -> list[tuple[int, Block]]:
    return [(0, block) for block in render(text).blocks]


def test_a_text_is_parted_by_its_headings() -> None:
    found = parted(blocks(PLAN), {(0, 4)})
    assert [(part.title, part.is_talked_about) for part in found] == [
        ("", False), ("Bolig", True), ("Skole", False), ("Hav", False),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "# Bare en tittel", "# En\n\n## To"])
def test_a_text_with_nothing_to_comment_on_has_no_parts(text: str) -> None:
    assert parted(blocks(text), set()) == []


def test_a_comment_on_the_heading_is_about_its_part() -> None:
    assert parted(blocks("# En\n\nTekst."), {(0, 1)})[0].is_talked_about


def test_the_parts_follow_the_text_as_it_is_now(region: Workspace) -> None:
    document = documents.create(region, AMUND, title="Plan", kind="plan", text=PLAN)
    comments.open_thread(region, KARI, document.id, 4, "Hvor?")
    _subject, found = silence.parts(region, MARIT, document.id)
    assert quiet(found) == ["", "Skole", "Hav"]
    moved = "# Hav\n\nVi fisker.\n\nVi bygger boliger for unge i alle tre kommunene.\n\n# Folk\n\nVi bor."
    documents.save(region, AMUND, document.id, document.version, text=moved)
    _subject, found = silence.parts(region, MARIT, document.id)
    assert quiet(found) == ["Folk"]
    documents.save(region, AMUND, document.id, document.version + 1, text="# Hav\n\nVi fisker.\n\n# Folk\n\nVi bor.")
    _subject, found = silence.parts(region, MARIT, document.id)
    assert quiet(found) == ["Hav", "Folk"], "what was said of a passage that is gone is of no part"


def quiet(found: list[Part]) -> list[str]:
    return [part.title for part in found if not part.is_talked_about]


def test_plans_and_what_is_talked_about_are_listed_if_all_may_read_them(region: Workspace) -> None:
    plan = documents.create(region, AMUND, title="Ålesund", kind="plan", text=PLAN)
    note = documents.create(region, AMUND, title="Notat", kind="note", text=PLAN)
    documents.create(region, AMUND, title="Taust notat", kind="note", text=PLAN)
    inner = documents.create(region, AMUND, title="Internt", kind="plan", text=PLAN, audience=Audience.STAFF)
    comments.open_thread(region, KARI, note.id, 1, "Hei")
    comments.open_about(region, KARI, f"measure:{propose(region).id}", 1, "Hei")
    found = silence.talked(region, MARIT)
    assert [(one.document.id, one.threads) for one in found] == [(note.id, 1), (plan.id, 0)]
    with pytest.raises(NotFound):
        silence.parts(region, MARIT, inner.id)


# -- For those who lead alone --


@pytest.mark.parametrize("who", [KARI, BJORN, AMUND, ROLF], ids=lambda who: who.person)
def test_nobody_else_is_told(region: Workspace, as_person: As, who: Actor) -> None:
    document = documents.create(region, AMUND, title="Plan", kind="plan", text=PLAN)
    for act in (silence.parties, silence.talked, versions.readers, lambda w, a: silence.parts(w, a, document.id)):
        with pytest.raises(Forbidden):
            act(region, who)
    client = as_person(who)
    for path in ("/silence", f"/silence/documents/{document.id}"):
        assert client.get(f"/r/{REGION}{path}").status_code == 403
    for path in ("/", "/rounds/", "/documents/", f"/documents/{document.id}"):
        page = client.get(f"/r/{REGION}{path}").text
        assert "/silence" not in page and "ikke hørt fra" not in page


def test_of_another_region_it_is_not_there(region: Workspace, as_person: As) -> None:
    assert as_person(VERA).get(f"/r/{REGION}/silence").status_code == 404


@pytest.mark.parametrize("who", [MARIT, ADMIN], ids=lambda who: who.person)
def test_those_who_lead_find_it_from_rounds_and_members(region: Workspace, as_person: As, who: Actor) -> None:
    client = as_person(who)
    for path in ("/rounds/", "/members"):
        assert f'href="/r/{REGION}/silence"' in client.get(f"/r/{REGION}{path}").text


def test_the_page_has_a_next_step_for_each_that_is_silent(region: Workspace, as_person: As) -> None:
    crowd(region, 2)
    page = as_person(MARIT).get(f"/r/{REGION}/silence").text
    assert re.findall(r"<h3 class=\"sterk\"><bdi>(\w+)</bdi>", page)[:3] == ["Havnsund", "Skarfjord", "Solåsen"]
    assert "Inviter noen fra Solåsen" in page and "Inviter noen fra Skarfjord" not in page
    address = re.search(r'href="(mailto:[^"]*9002[^"]*)"', page).group(1).replace("&amp;", "&")
    asked = parse_qs(urlsplit(address).query)
    assert asked["bcc"] == ["p90020@example.no,p90021@example.no"]
    assert "p90020@example.no, p90021@example.no" in page
    assert f"http://127.0.0.1:8000/r/{REGION}/" in asked["body"][0] and asked["body"][0].endswith("Hilsen Marit")


def test_the_page_names_nobody_and_ranks_nobody(region: Workspace, as_person: As) -> None:
    document = documents.create(region, AMUND, title="Plan", kind="plan", text=PLAN)
    people = crowd(region, 6)
    versions.mark_read(region, people[0], document.id, 1)
    one = as_person(MARIT).get(f"/r/{REGION}/silence").text
    with region.region(REGION).transaction() as tx:
        tx.remove(tx.get(versions.ReadMark, f"{people[0].person}:{document.id}"))
    none = as_person(MARIT).get(f"/r/{REGION}/silence").text
    assert _plain(one) == _plain(none) and "Høyst én" in one
    for word in ("fare", "advar", "danger", "warning"):
        assert f'class="{word}' not in one and f'data-color="{word}"' not in one


def _plain(page: str) -> str:
    return re.sub(r'"X-CSRFToken": "[^"]+"|name="csrf_token" value="[^"]+"', "", page)


def test_the_parts_of_a_document_are_shown_in_its_own_order(region: Workspace, as_person: As) -> None:
    document = documents.create(region, AMUND, title="Plan", kind="plan", text=PLAN)
    comments.open_thread(region, KARI, document.id, 4, "Hvor?")
    page = as_person(MARIT).get(f"/r/{REGION}/silence/documents/{document.id}").text
    assert "3 av 4 deler har ingen kommentar ennå" in page and "Bolig" not in page
    assert page.index("Før den første overskriften") < page.index("Skole") < page.index("Hav<")
    for number in (1, 6, 8):
        comments.open_thread(region, KARI, document.id, number, "Hei")
    assert "Alle deler er kommentert." in as_person(MARIT).get(f"/r/{REGION}/silence/documents/{document.id}").text
    assert as_person(MARIT).get(f"/r/{REGION}/silence/documents/nothing").status_code == 404


def test_everybody_is_told_what_is_seen_of_their_reading(region: Workspace, as_person: As) -> None:
    assert "når minst fem er med. Hvem det er, går ikke fram." in as_person(ROLF).get("/profile").text
