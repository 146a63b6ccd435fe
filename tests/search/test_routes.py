"""The search page over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, OTHER_REGION, REGION, ROLF, VERA
from tests.search.test_index import HOSTILE
from workspace.access import Actor, Audience
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.measures import service as measures
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
PATH = f"/r/{REGION}/search"


@pytest.fixture
def document(workspace: Workspace, as_person: As) -> Document:
    text = "# Havn\n\nLedig kai i Skarsund.\n\nEt felles kjølelager <b>er</b> mulig ved kaien."
    return documents.create(
        workspace, AMUND, title="Kapasitet i <havnene>", kind="analysis", text=text, municipalities=("9001",)
    )


def page(client: FlaskClient, **query: object) -> str:
    answer = client.get(PATH, query_string=query)
    assert answer.status_code == 200
    return answer.text


class Outline(HTMLParser):
    """The headings, ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        named = dict(attrs)
        self.ids += [named["id"]] if named.get("id") else []
        self.links += [named["href"]] if tag == "a" and named.get("href") else []


def test_a_hit_shows_its_passage_with_the_words_marked(as_person: As, document: Document) -> None:
    text = page(as_person(ROLF), q="kjølelageret kai")
    assert "<mark>kjølelager</mark>" in text
    assert "<mark>kaien</mark>" in text
    assert "<b>Ett treff</b>" in text
    assert "Analyse" in text and "Havnsund" in text


def test_a_hit_leads_to_the_paragraph(as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    (link,) = [link for link in Outline(page(client, q="felles kjølelager")).links if document.id in link]
    path, _, anchor = link.partition("#")
    assert f'id="{anchor}"' in client.get(path).text


def test_text_of_a_document_is_escaped(as_person: As, document: Document) -> None:
    text = page(as_person(ROLF), q="kapasitet i havnene")
    assert "Kapasitet i &lt;havnene&gt;" in text
    assert "<havnene>" not in text


def test_what_was_typed_is_escaped_and_stays_in_the_field(as_person: As, document: Document) -> None:
    text = page(as_person(ROLF), q='"><script>alert(1)</script> %(x)s')
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_comments_and_measures_lead_to_their_places(workspace: Workspace, as_person: As, document: Document) -> None:
    thread = comments.open_thread(workspace, KARI, document.id, 1, "Fergeleiet er glemt.")
    measure = measures.create(workspace, AMUND, title="Nytt fergeleie", text="Bygg det.")
    client = as_person(ROLF)
    links = Outline(page(client, q="fergeleie")).links
    assert f"/r/{REGION}/documents/{document.id}#thread-{thread.id}" in links
    assert f"/r/{REGION}/measures/{measure.id}" in links
    assert client.get(f"/r/{REGION}/measures/{measure.id}").status_code == 200
    assert "Kommentar til «Kapasitet i &lt;havnene&gt;»" in page(client, q="fergeleie")


def test_what_is_found_can_be_narrowed_with_check_boxes_and_widened_with_links(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    documents.create(workspace, AMUND, title="Referat", kind="minutes", text="Om kaien.", tags=("kai & skip",))
    client = as_person(ROLF)
    assert '<input class="ds-input" type="checkbox" name="source" value="minutes">' in page(client, q="kai")
    narrowed = page(client, q="kai", source=["minutes", "swot"], tag="kai & skip")
    assert "<b>Ett treff</b>" in narrowed
    assert 'name="source" value="minutes" checked>' in narrowed
    assert 'name="source" value="analysis"><span>Analyse</span><span>0</span>' not in narrowed
    links = Outline(narrowed).links
    assert f"{PATH}?q=kai&source=swot&tag=kai+%26+skip" in links
    assert f"{PATH}?q=kai&source=minutes&source=swot" in links
    assert "Fjern filteret Referat" in narrowed
    assert "Ingen treff" in page(client, q="kai", source="analysis", tag="kai & skip")


def test_a_choice_that_makes_no_sense_is_passed_over(as_person: As, document: Document) -> None:
    assert "<b>Ett treff</b>" in page(as_person(ROLF), q="kjølelager", kind="<x>", source="'", page="-1")


def test_many_hits_come_in_pages(workspace: Workspace, as_person: As, document: Document) -> None:
    for number in range(11):
        documents.create(workspace, AMUND, title=f"Notat {number}", text="Om kaien.")
    client = as_person(ROLF)
    first, second = page(client, q="kai"), page(client, q="kai", page=2)
    assert "<b>12 treff</b>" in first
    assert (first.count('class="treff"'), second.count('class="treff"')) == (10, 2)
    assert f"{PATH}?q=kai&page=2" in Outline(first).links
    assert 'start="11"' in second
    beyond = page(client, q="kai", page=40)
    assert "Ingen flere treff her" in beyond


def test_without_words_there_is_a_field_and_no_hits(as_person: As, document: Document) -> None:
    text = page(as_person(ROLF))
    assert "Hva leter du etter?" in text
    assert 'class="treff"' not in text


def test_nothing_found_says_what_to_try(as_person: As, document: Document) -> None:
    text = page(as_person(ROLF), q="helikopterplass")
    assert "Ingen treff for «helikopterplass»" in text
    assert f"/r/{REGION}/documents/" in Outline(text).links


def test_words_that_are_not_searched_for_are_explained(as_person: As, document: Document) -> None:
    assert "Vi søker ikke etter ord som står i nesten alle tekster" in page(as_person(ROLF), q="hva er det")


def test_a_search_that_is_behind_says_so(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    assert "Søket oppdateres" not in page(client, q="kai")
    workspace.indexes.followed = True
    documents.create(workspace, AMUND, title="Ny", text="Om kaien.")
    assert "Søket oppdateres" in page(client, q="kai")


@pytest.mark.parametrize("words", ["kjølelager kai", "informant", "+informant", '"felles kjølelager"', ""])
def test_a_reader_gets_the_same_page_whether_or_not_a_document_for_staff_exists(
    workspace: Workspace, as_person: As, document: Document, words: str
) -> None:
    def shown(actor: Actor) -> str:
        return re.sub(r'X-CSRFToken": "[^"]+"', "", page(as_person(actor), q=words))

    before = shown(ROLF)
    documents.create(
        workspace,
        AMUND,
        title="Intervju om kjølelager",
        text="Informant om kai.",
        kind="interview",
        audience=Audience.STAFF,
    )
    assert shown(ROLF) == before
    assert not words or shown(AMUND) != before or words.startswith('"')


def test_another_region_is_not_searched(workspace: Workspace, as_person: As, document: Document) -> None:
    assert as_person(VERA).get(PATH, query_string={"q": "kai"}).status_code == 404
    text = as_person(VERA).get(f"/r/{OTHER_REGION}/search", query_string={"q": "kai"}).text
    assert "Ingen treff" in text


def test_one_who_is_not_signed_in_is_asked_to(client: FlaskClient) -> None:
    assert client.get(PATH, query_string={"q": "kai"}).status_code == 303


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_questions_get_a_page(as_person: As, document: Document, words: str) -> None:
    words = words[:7000].encode("utf-8", "replace").decode()
    assert as_person(ROLF).get(PATH, query_string={"q": words}).status_code == 200


@pytest.mark.parametrize(
    "query", [{}, {"q": "kai"}, {"q": "kai", "kind": "document"}, {"q": "helikopter"}, {"q": "og"}]
)
def test_headings_are_in_order_and_ids_once(as_person: As, document: Document, query: dict[str, str]) -> None:
    outline = Outline(page(as_person(ROLF), **query))
    assert outline.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
