"""The search page over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, OTHER_REGION, REGION, ROLF, VERA, Clock
from tests.extraction import nasty
from tests.search.test_index import HOSTILE
from workspace.access import Actor, Audience
from workspace.comments import service as comments
from workspace.documents import service as documents
from workspace.documents.model import Document
from workspace.files import service as files
from workspace.measures import service as measures
from workspace.parts import Workspace
from workspace.search import following
from workspace.search.port import FACETS, Entry

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


def test_a_hit_without_pages_carries_the_search_on(as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    (link,) = [link for link in Outline(page(client, q="kjølelager")).links if document.id in link]
    assert f"{document.id}?q=kj%C3%B8lelager#" in link
    text = client.get(link.partition("#")[0]).text
    assert '<mark class="sokeord">kjølelager</mark>' in text
    assert 'name="q" id="sok"' in text and 'value="kjølelager"' in text and "Søk: kjølelager" in text


def test_other_forms_of_a_word_and_words_like_it_are_told_apart(workspace: Workspace, as_person: As) -> None:
    documents.create(workspace, AMUND, title="Notat", text="Kaiene og kaien, turisme og bærekraft.")
    text = page(as_person(ROLF), q="kai reiseliv bærekrafft")
    forms, alike = (re.search(f"{label} <span[^>]*>(.*?)</span>", text) for label in ("bøyninger:", "lignende ord:"))
    assert forms.group(1) == "kaiene, kaien"
    assert alike.group(1) == "turisme, bærekraft"
    inside = page(as_person(ROLF), q="ærekra", inside="1")
    assert 'Vi søker også midt i ord: <span class="dempet">bærekraft</span>' in inside
    assert "bøyninger" not in inside


@pytest.mark.parametrize("typed", ['"', "+", "?!", "« »", "-"])
def test_signs_alone_are_not_called_common_words(as_person: As, document: Document, typed: str) -> None:
    text = page(as_person(ROLF), q=typed)
    assert "Det er ingen ord å søke etter" in text and "for vanlige" not in text


def test_a_file_without_a_date_stands_on_the_day_it_came_in(workspace: Workspace, as_person: As, clock: Clock) -> None:
    clock.moment = datetime(2025, 2, 3, tzinfo=UTC)
    files.take(workspace, AMUND, "gammel.txt", b"Om kaien.")
    clock.moment = datetime(2026, 11, 23, 14, tzinfo=UTC)
    documents.bring_in(workspace, AMUND, "lov-1", title="Lov", text="Om kaien.", date="1999-05-17")
    documents.create(workspace, AMUND, title="Notat", text="Om kaien.", date="2026-11-20")
    files.take(workspace, AMUND, "ny.txt", b"Kai og mer om kaien.")
    text = page(as_person(ROLF), q="kai", sort="date")
    order = re.findall(r"<h2><a [^>]*>([^<]*)</a>", text)
    assert order == ["ny", "Notat", "gammel", "Lov"]
    assert "Kom inn 23. november 2026" in text and "Kom inn 3. februar 2025" in text
    assert ">20. november 2026<" in text and ">17. mai 1999<" in text
    assert re.findall(r'name="year" value="(\d+)"', text) == ["2026", "2025", "1999"]


def test_a_comment_on_a_page_of_a_file_is_found_on_that_page(workspace: Workspace, as_person: As) -> None:
    pdf = files.take(workspace, AMUND, "Kaia.pdf", nasty.pdf(2)).document
    thread = comments.open_thread(workspace, KARI, pdf.id, 1, "Hva med fergeleiet?", page=2)
    links = Outline(page(as_person(ROLF), q="fergeleiet")).links
    assert f"/r/{REGION}/documents/{pdf.id}?page=2&thread={thread.id}#thread-{thread.id}" in links


def test_a_hit_in_a_file_with_pages_leads_to_the_top_of_the_page_and_a_sheet_is_called_so(
    workspace: Workspace, as_person: As
) -> None:
    pdf = files.take(workspace, AMUND, "Kaia.pdf", nasty.pdf(2)).document
    sheet = files.take(workspace, AMUND, "Sysselsetting.csv", b"Kommune;Kai\nSund;2\n").document
    text = page(as_person(ROLF), q="kai")
    links = [link for link in Outline(text).links if pdf.id in link or sheet.id in link]
    assert links and not any("#" in link for link in links)
    assert "PDF, side 1" in text
    assert "CSV, ark 1" in text and ">ark 1</a>" in text and "CSV, side" not in text
    assert "Ark 1" in as_person(ROLF).get(f"/r/{REGION}/documents/{sheet.id}").text
    assert "2 dokumenter, 2 filer (3 sider)" in text


def test_a_type_of_file_is_written_the_same_way_in_lists_and_in_hits(workspace: Workspace, as_person: As) -> None:
    files.take(workspace, AMUND, "Fokusgruppe.docx", nasty.docx("<w:p><w:r><w:t>Om kaien</w:t></w:r></w:p>"))
    tag = re.compile(r"(?<=</svg>)docx(?=</span>)")
    assert tag.search(page(as_person(ROLF), q="kai"))
    assert "· docx" in as_person(ROLF).get(f"/r/{REGION}/documents/").text


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
    assert f"/r/{REGION}/documents/{document.id}?thread={thread.id}#thread-{thread.id}" in links
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


# -- Little or nothing found --


def test_nothing_found_says_which_words_and_what_helps(as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    text = page(client, q="helikopterplass xylofon")
    assert "Ingen treff for «helikopterplass xylofon»" in text
    assert "Ingen tekst har ordene «helikopterplass», «xylofon»" in text
    assert f"/r/{REGION}/documents/" in Outline(text).links
    assert "Mente du" not in text and "midt i ord" not in text


@pytest.mark.parametrize(
    ("query", "link"),
    [
        ({"q": "Skarsunn xylofon"}, "?q=Skarsund+xylofon"),
        ({"q": '"kai mulig"'}, "?q=kai+mulig"),
        ({"q": "kai", "source": "minutes"}, "?q=kai"),
        ({"q": "jølela"}, "?q=jølela&inside=1"),
        ({"q": "jølela", "source": "minutes"}, "?q=jølela&inside=1"),
    ],
)
def test_what_helps_is_a_link_that_finds_something(
    as_person: As, document: Document, query: dict[str, str], link: str
) -> None:
    client = as_person(ROLF)
    links = {unquote(each): each for each in Outline(page(client, **query)).links}
    assert PATH + link in links
    assert "<b>Ett treff</b>" in client.get(links[PATH + link]).text


def test_a_file_that_can_not_be_read_says_so_and_can_be_listed(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    client = as_person(ROLF)
    page(client, q="kai")
    index = workspace.indexes.region(REGION)
    scanned = Entry(
        uid=f"document:{document.id}", kind="document", id=document.id, ref="s.pdf", title="Skannet.pdf", text="",
        audience="region", file="pdf", readable=False,
    )  # fmt: skip
    index.update([scanned], [], index.seen())
    text = page(client, unreadable="1")
    assert "Skannet.pdf" in text and "kan ikke lese teksten i filen" in text
    assert "Teksten kan ikke leses" in text


def test_pages_of_a_file_are_gathered_and_linked(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    page(client, q="kai")
    index = workspace.indexes.region(REGION)
    pages = [
        Entry(
            uid=f"document:{document.id}#{number}", kind="document", id=document.id, ref="l.pdf", title="L.pdf",
            text="Om kaien.", audience="region", file="pdf", page=number, label="Ark" if number == 7 else "",
        )
        for number in (1, 2, 4, 7, 11)
    ]  # fmt: skip
    index.update(pages, [f"document:{document.id}"], index.seen())
    text = page(client, q="kai")
    links = Outline(text).links
    assert [f"/r/{REGION}/documents/{document.id}?page={number}&q=kai" in links for number in (1, 2, 3, 4, 7)] == [
        True, True, False, True, True,
    ]  # fmt: skip
    assert "5 treff" in text and "i ett dokument" in text
    assert "2 flere steder i dokumentet:" in text and "ark «Ark»" in text and ">side 1<" in text
    assert "PDF, side 2" in text and ">s. 11<" in text


def test_titles_are_proposed_as_links(workspace: Workspace, as_person: As, document: Document) -> None:
    measure = measures.create(workspace, AMUND, title="Større kapasitet", text="Bygg.")
    answer = as_person(ROLF).get(f"{PATH}/titles", query_string={"q": "KAPA"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text and "Kapasitet i &lt;havnene&gt;" in answer.text
    assert Outline(answer.text).links == [
        f"/r/{REGION}/documents/{document.id}",
        f"/r/{REGION}/measures/{measure.id}",
    ]
    assert Outline(as_person(ROLF).get(f"{PATH}/titles", query_string={"q": "k"}).text).links == []


@pytest.mark.parametrize(
    ("typed", "said"), [("kapas", "Ett forslag. Bruk pil ned."), ("xyz", "Ingen forslag."), ("", "")]
)
def test_what_is_said_of_the_titles_is_always_of_those_shown(
    as_person: As, document: Document, typed: str, said: str
) -> None:
    answer = as_person(ROLF).get(f"{PATH}/titles", query_string={"q": typed}, headers={"HX-Request": "true"})
    assert f'<hx-partial hx-target="#melding" hx-swap="innerHTML">{said}</hx-partial>' in answer.text


def test_words_that_are_not_searched_for_are_explained(as_person: As, document: Document) -> None:
    assert "Vi søker ikke etter ord som står i nesten alle tekster" in page(as_person(ROLF), q="hva er det")


def test_a_search_that_is_behind_says_so(workspace: Workspace, as_person: As, document: Document) -> None:
    client = as_person(ROLF)
    assert "Søket oppdateres" not in page(client, q="kai")
    workspace.indexes.followed = True
    documents.create(workspace, AMUND, title="Ny", text="Om kaien.")
    assert "Søket oppdateres" in page(client, q="kai")


# -- Who finds what --

ASKED: list[dict[str, object]] = [
    {},
    {"q": "kjølelager kai"},
    {"q": "informantt"},
    {"q": "+informant"},
    {"q": '"felles kjølelager"'},
    {"q": "kjølelager", "sort": "date"},
    {"sort": "date"},
    {"q": "formant", "inside": "1"},
    {"q": "kai", "tag": "hemmelig", "year": "1999", "value_chain": "Reindrift", "kind": ["document", "comment"]},
    {"municipality": "9001"},
    {"language": "en"},
    {"unreadable": "1"},
    {"q": "xylofon kjølelagger"},
]


@pytest.mark.parametrize("query", ASKED, ids=str)
def test_a_reader_gets_the_same_page_whether_or_not_a_document_for_staff_exists(
    workspace: Workspace, as_person: As, document: Document, query: dict[str, object]
) -> None:
    client = as_person(ROLF)

    def shown() -> str:
        return re.sub(r'X-CSRFToken": "[^"]+"', "", page(client, **query))

    before = shown()
    hide_something(workspace)
    assert shown() == before
    if query and query != {"unreadable": "1"} and "xylofon" not in str(query) and '"' not in str(query.get("q")):
        assert re.sub(r"<header.*?</header>", "", page(as_person(AMUND), **query)) != before
    documents.save(workspace, AMUND, document.id, document.version, audience=Audience.STAFF)
    workspace.indexes.followed = True  # as if a thread followed that has not come round yet
    assert "Kapasitet" not in shown()


def hide_something(workspace: Workspace) -> None:
    for number in range(3):
        secret = documents.create(
            workspace,
            AMUND,
            title=f"Intervju {number} om kjølelager",
            text="Informant om kai, hemmelighet og kjølelagger. Xylofon.",
            kind="interview",
            audience=Audience.STAFF,
            tags=("hemmelig",),
            date="1999-01-01",
            value_chain="Reindrift",
            language="en",
            municipalities=("9001",),
        )
    comments.open_thread(workspace, AMUND, secret.id, 1, "Informant bør ikke siteres om kai.")


@pytest.mark.parametrize("typed", ["inter", "kap", "hemmelig", "tervju", "nr"])
def test_titles_are_the_same_whether_or_not_a_document_for_staff_exists(
    workspace: Workspace, as_person: As, document: Document, typed: str
) -> None:
    client = as_person(ROLF)
    before = client.get(f"{PATH}/titles", query_string={"q": typed}).data
    hide_something(workspace)
    assert client.get(f"{PATH}/titles", query_string={"q": typed}).data == before
    documents.save(workspace, AMUND, document.id, document.version, audience=Audience.STAFF)
    workspace.indexes.followed = True
    assert b"Kapasitet" not in client.get(f"{PATH}/titles", query_string={"q": typed}).data


def test_counts_do_not_tell_of_what_was_closed_a_moment_ago(
    workspace: Workspace, as_person: As, document: Document
) -> None:
    client = as_person(ROLF)
    documents.create(workspace, AMUND, title="Notat", text="Om kai.")
    assert "<b>2 treff</b>" in page(client, q="kai")
    workspace.indexes.followed = True
    documents.save(workspace, AMUND, document.id, document.version, audience=Audience.STAFF)
    text = page(client, q="kai")
    assert "<b>Ett treff</b>" in text and "Ett dokument" in text
    assert 'value="analysis"' not in text


def test_another_region_is_not_searched(workspace: Workspace, as_person: As, document: Document) -> None:
    assert as_person(VERA).get(PATH, query_string={"q": "kai"}).status_code == 404
    text = as_person(VERA).get(f"/r/{OTHER_REGION}/search", query_string={"q": "kai"}).text
    assert "Ingen treff" in text


def test_one_who_is_not_signed_in_is_asked_to(client: FlaskClient) -> None:
    assert client.get(PATH, query_string={"q": "kai"}).status_code == 303


# -- Hostile questions and broken files --


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_questions_get_a_page(as_person: As, document: Document, words: str) -> None:
    words = words[:7000].encode("utf-8", "replace").decode()
    client = as_person(ROLF)
    assert client.get(PATH, query_string={"q": words}).status_code == 200
    assert client.get(PATH, query_string={"q": words, "inside": "1", "sort": "date"}).status_code == 200
    assert client.get(f"{PATH}/titles", query_string={"q": words}).status_code == 200
    filters = {name: [words, words] for name in (*FACETS, "sort", "inside", "page")}
    assert client.get(PATH, query_string={"q": "kai", **filters}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=kai&q=havn",
        "q=kai&page=1&page=2",
        "q=kai&page=999999999999999999999",
        "q=kai&page=-1&sort=oldest&inside=yes",
        "q=kai&year=0000&year=99999&year=²²²²&year=20a0",
        "q=kai&year=0000",
        "q=kai&municipality=9001&municipality=1%00&municipality=..%2f",
        "q=kai&tag=" + "x" * 3000,
        "q=kai&" + "&".join(f"tag=t{number}" for number in range(500)),
        "q=kai&kind=document&kind=document&kind=",
        "q=kai&unreadable=2&unreadable=1",
        "q=kai&language=xx&value_chain=%ff%fe",
        "q=%ff%fe%c0%ae",
        "q[]=kai&filters=1&audiences=staff&without=x&limit=1000000&offset=-5",
        "q=" + "+OR+".join(f"ord{number}" for number in range(1000)),
    ],
)
def test_a_strange_address_gets_a_page(as_person: As, document: Document, query: str) -> None:
    client = as_person(ROLF)
    assert client.get(f"{PATH}?{query}").status_code == 200
    assert client.get(f"{PATH}/titles?{query}").status_code == 200
    assert client.head(f"{PATH}?{query}").status_code == 200
    assert client.get(f"{PATH}?{query}", headers={"HX-Request": "true", "Range": "bytes=0-0"}).status_code == 200
    assert client.post(f"{PATH}?{query}").status_code in {400, 405}


@pytest.mark.parametrize("how", ["deleted", "truncated", "one bit wrong"])
@pytest.mark.parametrize("restart", [False, True], ids=["running", "before the start"])
def test_broken_files_give_a_page_that_says_so_until_the_index_is_made_again(
    workspace: Workspace, as_person: As, document: Document, how: str, restart: bool
) -> None:
    client = as_person(ROLF)
    assert "<b>Ett treff</b>" in page(client, q="kai")
    workspace.indexes.followed = True  # a thread follows, and has not come round yet
    if restart:
        workspace.indexes.close()
    for path in (workspace.config.instance / "regions" / REGION / "index").glob("*"):
        if how == "deleted":
            path.unlink()
        elif how == "truncated":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        else:
            content = bytearray(path.read_bytes() or b"x")
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
    for query in ({"q": "kai"}, {"q": "kaii"}, {"sort": "date"}, {}):
        assert "Søket oppdateres" in page(client, **query)
    assert client.get(f"{PATH}/titles", query_string={"q": "kap"}).status_code == 200
    following.follow(workspace, REGION)
    text = page(client, q="kai")
    assert "<b>Ett treff</b>" in text and "Søket oppdateres" not in text
    assert "Kapasitet" in client.get(f"{PATH}/titles", query_string={"q": "kap"}).text


@pytest.mark.parametrize(
    "query", [{}, {"q": "kai"}, {"q": "kai", "kind": "document"}, {"q": "helikopter"}, {"q": "og"}, {"sort": "date"}]
)
def test_headings_are_in_order_and_ids_once(as_person: As, document: Document, query: dict[str, str]) -> None:
    outline = Outline(page(as_person(ROLF), **query))
    assert outline.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
