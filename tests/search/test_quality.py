"""Retrieval quality: questions in bokmål find nynorsk texts, and real ones their passage where the data is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from workspace.benchmarks import query_sets, retrieval
from workspace.search.port import Entry, Index, Query

DATA = Path(__file__).parents[3] / "shared" / "data"

# Texts and questions of our own: what is asked in one written standard stands in the other.
TEXTS = {
    "skule": "Kommunen byggjer ein ny barneskule for elevane i bygda. Skulebygget skal stå ferdig til hausten.",
    "sjuk": "Sjukehuset manglar sjukepleiarar, og helsetenestene i distriktet er sårbare om vinteren.",
    "veg": "Fylkesvegen er rasutsett. Næringslivet treng ein tryggare veg til ferjekaia.",
    "mat": "Gardbrukarane leverer mjølk og kjøt til eit felles ysteri, og vil selje meir lokalmat.",
    "reise": "Reiselivet ønskjer lengre sesong og fleire heilårsarbeidsplassar for tilsette i verksemdene.",
    "kraft": "Straumnettet har ikkje nok kapasitet. Verksemder som søkjer om meir straum, må vente i fleire år.",
    "bustad": "Det er mangel på bustader for unge som vil flytte heim etter utdanninga.",
    "fisk": "Oppdrettsanlegga i fjorden krev nye løyve, og utsleppa skal ned.",
    "vatn": "Vassverket leverer drikkevatn til tre kommunar. Leidningane er gamle.",
    "kyrkje": "Kyrkja og ungdomslaget samarbeider om eit kulturhus med opne dører kvar veke.",
    "plan": "Framtidige utbyggingar skal vurderast opp mot omsynet til naturmangfaldet og berekraft.",
    "økonomi": "Rekneskapen viser auka inntekter, men løns- og pensjonskostnadene veks raskare.",
    "samarbeid": "Kommunane ser etter høve til å samordne tenestene sine og sleppe å konkurrere med kvarandre.",
    "barnehage": "Foreldra spør om opningstida i barnehagen, og om korleis borna får plass.",
}
QUESTIONS = {
    "Når blir skolebygget ferdig?": "skule",
    "ny barneskole i bygda": "skule",
    "mangler sykehuset sykepleiere": "sjuk",
    "sårbare helsetjenester": "sjuk",
    "rasutsatt fylkesvei": "veg",
    "tryggere vei til fergekaien": "veg",
    "melk og kjøtt fra gårdbrukere": "mat",
    "helårsarbeidsplasser for ansatte": "reise",
    "kapasitet i strømnettet": "kraft",
    "virksomheter som søker om mer strøm": "kraft",
    "boliger for unge som flytter hjem": "bustad",
    "tillatelser og utslipp": "fisk",
    "drikkevann fra vannverket": "vatn",
    "kirken og kulturhuset": "kyrkje",
    "fremtidig bærekraft og naturmangfold": "plan",
    "økte inntekter i regnskapet": "økonomi",
    "lønnskostnader": "økonomi",
    "samordne tjenestene": "samarbeid",
    "åpningstiden i barnehagen": "barnehage",
    "hvordan får barna plass": "barnehage",
}


def filled(index: Index, texts: dict[str, str]) -> Index:
    entries = [
        Entry(uid=f"document:{id}", kind="document", id=id, ref=id, title="Notat", text=text, audience="region")
        for id, text in texts.items()
    ]
    index.update(entries, [], 1)
    return index


def first(index: Index, words: str) -> str:
    hits = index.search(Query(words=words, audiences=("region",), limit=1, passages=False)).hits
    return hits[0].entry.ref if hits else ""


def test_questions_in_bokmal_find_texts_in_nynorsk(index: Index) -> None:
    filled(index, TEXTS)
    assert {words: first(index, words) for words in QUESTIONS} == QUESTIONS


@pytest.mark.parametrize(
    ("words", "ref"),
    [
        ("gründere med nye ideer", "a"),  # a synonym
        ("entrepenører", "a"),  # a slip, in the only word
        ("etablererstipnd til unge", "b"),  # a slip beside other words
        ("kjoelelager", "c"),  # a keyboard without the letter
    ],
)
def test_a_word_that_stands_nowhere_is_met_by_one_that_would_do(index: Index, words: str, ref: str) -> None:
    texts = {"a": "Entreprenører i skolen.", "b": "Stipend for etablerere: etablererstipend.", "c": "Kjølelager."}
    texts |= {f"x{number}": f"Møte nummer {number} om vær og vind, fjell og skog." for number in range(20)}
    assert first(filled(index, texts), words) == ref


def test_one_word_that_is_found_gets_just_that(index: Index) -> None:
    filled(index, {"a": "Ny havn.", "b": "Havnene i nord.", "c": "Havnsund og omegn."})
    found = index.search(Query(words="havn", audiences=("region",), passages=False))
    assert {hit.entry.ref for hit in found.hits} == {"a", "b"}


def test_words_near_each_other_come_first(index: Index) -> None:
    filler = "Dette handler om noe helt annet, og det står mye mer her. " * 3
    texts = {"far": f"Kjølelager. {filler} Skarsund.", "near": f"{filler} Kjølelager i Skarsund. {filler}"}
    assert first(filled(index, texts), "kjølelager Skarsund") == "near"


@pytest.mark.skipif(
    not (DATA / query_sets.NORQUAD).is_file(), reason="not measured: no ../shared/data/norquad_dev.jsonl"
)
def test_nine_of_ten_questions_have_their_passage_first() -> None:
    figures = retrieval.measure(query_sets.sample(query_sets.read(DATA)[0], 222)[0])
    assert (figures["passages"], figures["questions"]) == (353, 222)
    assert figures["recall_1"] >= 0.9
    assert figures["recall_10"] >= 0.98


@pytest.mark.skipif(not (DATA / query_sets.PARALLEL).is_file(), reason="not measured: no nob_nno_parallel.jsonl")
def test_nineteen_of_twenty_hard_questions_cross_the_written_standards() -> None:
    figures = retrieval.measure(query_sets.read(DATA)[0][-1])
    assert figures["recall_10"] >= 0.95


@pytest.mark.skipif(
    not (DATA / query_sets.NORQUAD).is_file(), reason="not measured: no ../shared/data/norquad_dev.jsonl"
)
def test_postgresql_finds_as_well_as_the_embedded_index(database_url: str) -> None:
    questions = query_sets.sample(query_sets.read(DATA)[0], 222)[0]
    embedded = retrieval.measure(questions)
    other = retrieval.measure(questions, lambda: retrieval.on_postgresql(database_url))
    for name in ("recall_1", "recall_5", "recall_10", "mrr_10"):
        assert abs(embedded[name] - other[name]) <= 0.01, name
