"""Measures and outcomes as what comments are about: on their pages, in search, in news, and when they change."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import AMUND, BJORN, KARI, MARIT, REGION, ROLF, VERA, csrf_of
from tests.rounds.region import TEXT, open_round, propose, settle
from workspace.access import Actor, Audience
from workspace.comments import life as talk_life
from workspace.comments import service as comments
from workspace.comments import subject as subjects
from workspace.comments.model import Comment, Thread
from workspace.errors import NotFound
from workspace.measures import merging
from workspace.measures import service as measures
from workspace.measures.model import Measure
from workspace.parts import Workspace
from workspace.rounds import life
from workspace.rounds.model import Round
from workspace.search import service as search

As = Callable[[Actor], FlaskClient]
TWO = "Vi bygger et kjølelager på kaien i Havnsund.\n\nEierkommunen dekker egenandelen."


@pytest.fixture
def region(workspace: Workspace, app: Flask) -> Workspace:
    return settle(workspace)


@pytest.fixture
def measure(region: Workspace) -> Measure:
    return propose(region, text=TWO)


def comment(workspace: Workspace, measure: Measure, block: int, text: str, quote: str = "") -> Thread:
    return comments.open_about(workspace, KARI, f"measure:{measure.id}", block, text, quote=quote)


def change(workspace: Workspace, measure: Measure, **fields: Any) -> Measure:
    stored = measures.get(workspace, AMUND, measure.id)
    return measures.save(workspace, AMUND, measure.id, stored.version, **fields)


def merge(workspace: Workspace, kept: Measure, gone: Measure) -> Measure:
    one, other = (measures.get(workspace, AMUND, measure.id) for measure in (kept, gone))
    versions = (one.version, other.version)
    return merging.merge(workspace, AMUND, one.id, other.id, versions, one.title, one.text)


def concluded(workspace: Workspace, text: str = "Vi ble enige.\n\nEgenandelen drøftes igjen.") -> Round:
    round_ = open_round(workspace, propose(workspace))
    life.close_round(workspace, MARIT, round_.id, "Ferdig.")
    return life.conclude(workspace, MARIT, round_.id, text)


def post(client: FlaskClient, path: str, htmx: bool = False, **fields: object) -> TestResponse:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields}, headers=headers)


# -- Known wherever a workspace is opened --


@pytest.mark.parametrize("module", ["workspace.assembly", "workspace.worker", "workspace.cli"])
def test_whoever_opens_a_workspace_knows_all_that_can_be_commented_on(module: str, tmp_path: object) -> None:
    code = (
        f"import {module}; from pathlib import Path; from workspace import assembly, config;"
        f"opened = assembly.open_workspace(config.Config(instance=Path({str(tmp_path)!r}), secret_key='x'));"
        "from workspace.comments import subject; print(*sorted(subject.kinds()));"
        "opened.indexes.close(); opened.stores.close()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["document", "measure", "outcome"]


def test_every_kind_that_can_be_commented_on_has_addresses(app: Flask) -> None:
    from workspace.comments import addresses

    assert set(addresses.kinds()) == set(subjects.kinds())


# -- The life of a thread on a measure --


@pytest.mark.both_stores
def test_a_thread_on_a_measure_is_opened_answered_and_resolved(region: Workspace, product: str) -> None:
    measure = propose(region, text=TWO)
    thread = comment(region, measure, 1, "Hvor på kaien?", "på kaien")
    comments.reply(region, AMUND, thread.id, "Ved fryselageret.")
    talk_life.resolve(region, KARI, thread.id)
    subject, talk = comments.talk(region, ROLF, thread.id)
    assert (subject.about, talk.number, talk.thread.state) == (f"measure:{measure.id}", 1, "resolved")
    assert [one.text for one in talk.comments] == ["Hvor på kaien?", "Ved fryselageret."]
    assert (thread.document, thread.quote, thread.number) == ("", "på kaien", 1)
    told = [event for event in region.region(REGION).view().events() if event.table in {"threads", "comments"}]
    assert {event.action for event in told} > {"threads.opened", "comments.posted", "threads.resolved"}
    assert {event.payload["about"] for event in told} == {f"measure:{measure.id}"}
    assert not any("document" in event.payload for event in told)


@pytest.mark.both_stores
def test_a_thread_is_placed_anew_when_the_text_of_its_measure_changes(region: Workspace, product: str) -> None:
    measure = propose(region, text=TWO)
    place, share = comment(region, measure, 1, "Hvor?", "på kaien"), comment(region, measure, 2, "Hvor mye?")
    change(region, measure, text="Vi begynner i 2027.\n\nVi bygger et kjølelager på kaien i Havnsund.")
    seated = {talk.thread.id: talk for talk in comments.about(region, KARI, _subject(region, measure))}
    assert (seated[place.id].block, seated[place.id].fixed) == (2, True)
    assert (seated[share.id].block, seated[share.id].fixed) == (0, False)
    change(region, measure, text=TWO)
    seated = {talk.thread.id: talk for talk in comments.about(region, KARI, _subject(region, measure))}
    assert [seated[one.id].block for one in (place, share)] == [1, 2]


def _subject(workspace: Workspace, measure: Measure) -> subjects.Subject:
    return subjects.find(workspace, KARI, f"measure:{measure.id}")


def test_a_measure_that_is_frozen_can_be_commented_on(region: Workspace, measure: Measure) -> None:
    open_round(region, measure)
    assert comment(region, measure, 2, "Hvor mye?").about == f"measure:{measure.id}"


@pytest.mark.parametrize("about", ["measure:", "measure:nobody", "outcome:nobody", "member:kari", "", "measure"])
def test_what_is_not_there_is_not_found(region: Workspace, about: str) -> None:
    with pytest.raises(NotFound):
        comments.open_about(region, KARI, about, 1, "Hei")


def test_a_measure_for_staff_and_what_is_said_of_it_is_for_staff(region: Workspace) -> None:
    measure = propose(region, text=TEXT, audience=Audience.STAFF)
    with pytest.raises(NotFound):
        comment(region, measure, 1, "Hei")
    thread = comments.open_about(region, AMUND, f"measure:{measure.id}", 1, "Et internt ord")
    assert thread.audience == Audience.STAFF
    with pytest.raises(NotFound):
        comments.reply(region, KARI, thread.id, "Hei")
    assert not _hits(region, KARI, "internt") and _hits(region, AMUND, "internt")


# -- Measures that become part of another --


def test_threads_follow_a_measure_that_becomes_part_of_another(region: Workspace, measure: Measure) -> None:
    other = propose(region, title="Kai", text="Vi bygger en kai.")
    thread, own = comment(region, other, 1, "Hvilken kai?"), comment(region, measure, 1, "Hvor?")
    merge(region, measure, other)
    subject, talk = comments.talk(region, KARI, thread.id)
    assert (subject.id, talk.block, talk.fixed) == (measure.id, 0, False)
    talks = comments.about(region, KARI, subject)
    assert [one.thread.id for one in talks] == [own.id, thread.id]
    comments.reply(region, AMUND, thread.id, "Den i Havnsund.")
    change(region, measure, text="Vi bygger et kjølelager.")
    assert {one.thread.id for one in comments.about(region, KARI, _subject(region, measure))} == {own.id, thread.id}
    again = comments.open_about(region, KARI, f"measure:{other.id}", 1, "Til det som står")
    assert again.about == f"measure:{measure.id}"


def test_the_page_shows_what_was_said_of_what_was_merged(region: Workspace, measure: Measure, as_person: As) -> None:
    other = propose(region, title="Kai", text="Vi bygger en kai.")
    thread = comment(region, other, 1, "Hvilken kai?")
    merge(region, measure, other)
    client = as_person(KARI)
    page = client.get(f"/r/{REGION}/measures/{measure.id}").text
    assert (
        f'id="thread-{thread.id}"' in page
        and "Kommentarer til det som er slått sammen" in page
        and "Skrevet før tiltaket ble slått sammen" in page
    )
    answer = post(client, f"/threads/{thread.id}/comments", text="Den nye.")
    assert answer.location.endswith(f"/measures/{measure.id}?thread={thread.id}#thread-{thread.id}")
    [hit] = _hits(region, KARI, "nye")
    assert (hit.title, hit.parent) == ("T-01 Felles kjølelager", f"measure:{measure.id}")


# -- Outcomes --


def test_the_outcome_of_a_round_can_be_commented_on_once_it_is_written(region: Workspace, as_person: As) -> None:
    round_ = open_round(region, propose(region))
    with pytest.raises(NotFound):
        comments.open_about(region, KARI, f"outcome:{round_.id}", 1, "Hei")
    life.close_round(region, MARIT, round_.id, "Ferdig.")
    life.write_outcome(region, MARIT, round_.id, "Et utkast.")
    with pytest.raises(NotFound):
        comments.open_about(region, MARIT, f"outcome:{round_.id}", 1, "Hei")
    life.conclude(region, MARIT, round_.id, "Vi ble enige.\n\nEgenandelen drøftes igjen.")
    client = as_person(KARI)
    answer = post(client, f"/rounds/{round_.id}/outcome/threads", block=2, text="Når drøftes den?")
    [thread] = region.region(REGION).view().find(Thread)
    assert answer.location.endswith(f"/rounds/{round_.id}?thread={thread.id}#thread-{thread.id}")
    page = client.get(f"/r/{REGION}/rounds/{round_.id}").text
    assert page.index("Egenandelen drøftes igjen") < page.index("Når drøftes den?")
    assert {hit.kind for hit in _hits(region, KARI, "drøftes")} == {"comment", "outcome"}


def test_a_refused_comment_on_an_outcome_comes_back_with_its_page(region: Workspace, as_person: As) -> None:
    round_ = concluded(region)
    answer = post(as_person(KARI), f"/rounds/{round_.id}/outcome/threads", block=2, text="Hei", quote="finnes ikke")
    assert answer.status_code == 422
    assert "Ordene finnes ikke i avsnittet" in answer.text and 'value="finnes ikke"' in answer.text


# -- Over HTTP --


def test_a_comment_by_plain_form_leads_to_its_thread(region: Workspace, measure: Measure, as_person: As) -> None:
    client = as_person(KARI)
    answer = post(client, f"/measures/{measure.id}/threads", block=1, text="Stemmer dette?", quote="på kaien")
    [thread] = region.region(REGION).view().find(Thread)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/measures/{measure.id}?thread={thread.id}#thread-{thread.id}")
    page = client.get(f"/r/{REGION}/measures/{measure.id}").text
    assert 'id="p-1">på kaien<sup>' in page
    assert page.index("på kaien") < page.index("Stemmer dette?") < page.index("Eierkommunen dekker")


def test_what_is_new_in_the_threads_of_a_measure_comes_without_a_reload(
    region: Workspace, measure: Measure, as_person: As
) -> None:
    client = as_person(BJORN)
    page = client.get(f"/r/{REGION}/measures/{measure.id}").text
    [seen] = re.findall(r'id="seen" name="seen" value="(\d+)"', page)
    address = f"/r/{REGION}/measures/{measure.id}/threads/news?seen={seen}&known={measure.text_version}&open=1"
    assert f'hx-get="/r/{REGION}/measures/{measure.id}/threads/news"' in page
    assert client.get(address).status_code == 204
    thread = comments.open_about(region, KARI, f"measure:{measure.id}", 1, "Kommer imens", quote="på kaien")
    answer = client.get(address)
    assert answer.status_code == 200 and "Kommer imens" in answer.text and f"thread-{thread.id}" in answer.text
    assert 'hx-target="#threads-1"' in answer.text and 'hx-target="#text-1"' in answer.text
    assert "thread-counts" not in answer.text, "that page counts none"


def test_a_new_text_of_a_measure_is_told_of(region: Workspace, measure: Measure, as_person: As) -> None:
    client = as_person(BJORN)
    seen = region.region(REGION).view().last_event()
    current = measures.get(region, AMUND, measure.id)
    measures.save(region, AMUND, measure.id, current.version, text="En annen tekst om kaien.")
    answer = client.get(f"/r/{REGION}/measures/{measure.id}/threads/news?seen={seen}&known={measure.text_version}")
    assert answer.status_code == 200 and "ny versjon" in answer.text


def test_acts_by_htmx_give_the_thread_alone(region: Workspace, measure: Measure, as_person: As) -> None:
    client = as_person(KARI)
    answer = post(client, f"/measures/{measure.id}/threads", htmx=True, block=2, text="Fint")
    [thread] = region.region(REGION).view().find(Thread)
    assert answer.status_code == 200 and "<html" not in answer.text and "Fint" in answer.text
    for path, status in (("comments", 422), ("resolution", 200), ("reopening", 200)):
        answer = post(client, f"/threads/{thread.id}/{path}", htmx=True)
        assert answer.status_code == status and "<html" not in answer.text
        assert f'id="thread-{thread.id}"' in answer.text


def test_without_script_the_form_stands_under_its_paragraph(region: Workspace, measure: Measure, as_person: As) -> None:
    client = as_person(KARI)
    page = client.get(f"/r/{REGION}/measures/{measure.id}?comment=1&quote=kaien").text
    assert page.index("Vi bygger") < page.index('id="new"') < page.index("Eierkommunen")
    assert f'action="/r/{REGION}/measures/{measure.id}/threads"' in page and 'value="kaien"' in page
    form = client.get(f"/r/{REGION}/measures/{measure.id}/threads/new?block=1").text
    assert f'action="/r/{REGION}/measures/{measure.id}/threads"' in form and "<html" not in form


@pytest.mark.parametrize("htmx", [False, True])
def test_what_can_not_be_posted_comes_back_with_its_text(
    region: Workspace, measure: Measure, as_person: As, htmx: bool
) -> None:
    open_round(region, measure)  # its page has a form of its own, too, in which nothing of this may appear
    answer = post(as_person(KARI), f"/measures/{measure.id}/threads", htmx, block=2, text="Hei", quote="noe annet")
    assert answer.status_code == 422
    assert 'value="noe annet"' in answer.text and answer.text.count("Ordene finnes ikke i avsnittet") == 1
    assert region.region(REGION).view().count(Comment) == 0


def test_a_refused_reply_without_script_comes_back_on_the_page(
    region: Workspace, measure: Measure, as_person: As
) -> None:
    thread = comment(region, measure, 1, "Hvor?")
    answer = post(as_person(KARI), f"/threads/{thread.id}/comments", text=" ")
    assert answer.status_code == 422 and "<html" in answer.text
    assert f'id="reply-{thread.id}-error"' in answer.text


def test_a_reader_reads_the_threads_and_has_no_form(region: Workspace, measure: Measure, as_person: As) -> None:
    comment(region, measure, 1, "Hvor på kaien?")
    page = as_person(ROLF).get(f"/r/{REGION}/measures/{measure.id}").text
    assert "Hvor på kaien?" in page and "/threads/new?" not in page and "Kommenter<" not in page


def test_another_region_sees_nothing(region: Workspace, measure: Measure, as_person: As) -> None:
    thread = comment(region, measure, 1, "Hvor?")
    client = as_person(VERA)
    for path in (f"/measures/{measure.id}/threads", f"/threads/{thread.id}/comments"):
        assert post(client, path, block=1, text="Hei").status_code == 404


# -- In search, and in the news --


def _hits(workspace: Workspace, actor: Actor, words: str) -> list[Any]:
    return [hit.entry for hit in search.search(workspace, actor, words).hits]


def test_a_comment_on_a_measure_is_found_at_its_measure(region: Workspace, measure: Measure, as_person: As) -> None:
    thread = comment(region, measure, 1, "Tomta i Nesvika er ledig")
    page = as_person(ROLF).get(f"/r/{REGION}/search?q=Nesvika").text
    assert "Kommentar til «T-01 Felles kjølelager»" in page
    assert f"/measures/{measure.id}?thread={thread.id}#thread-{thread.id}" in page
    change(region, measure, title="Kjølelager på kaien")
    assert "Kommentar til «T-01 Kjølelager på kaien»" in as_person(ROLF).get(f"/r/{REGION}/search?q=Nesvika").text


def test_the_news_tell_of_comments_on_measures_and_outcomes(region: Workspace, measure: Measure, as_person: As) -> None:
    round_ = concluded(region)
    thread = comment(region, measure, 1, "Hvor på kaien?")
    on_outcome = comments.open_about(region, KARI, f"outcome:{round_.id}", 1, "Enige om hva?")
    comments.reply(region, AMUND, on_outcome.id, "Om lageret.")
    page = as_person(ROLF).get(f"/r/{REGION}/").text
    assert f"/measures/{measure.id}?thread={thread.id}#thread-{thread.id}" in page
    assert f"/rounds/{round_.id}?thread={on_outcome.id}#thread-{on_outcome.id}" in page and "Om lageret." in page
