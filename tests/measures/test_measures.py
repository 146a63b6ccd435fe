"""Measures: what is kept, what is refused and comes back, and what a round has frozen."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from flask.testing import FlaskClient

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF, VERA, csrf_of
from workspace.access import Actor, Audience
from workspace.documents import service as documents
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import form, life, service
from workspace.measures.model import Benefit, Citation, Measure, OwnShare, complete
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]
FIELDS = {"title": "Felles kjølelager", "text": "Vi bygger sammen.", "horizon": "medium"}


@pytest.fixture
def measure(workspace: Workspace, app: object) -> Measure:
    return service.create(workspace, AMUND, **FIELDS)


def post(client: FlaskClient, path: str, **fields: object):
    return client.post(f"/r/{REGION}{path}", data={"csrf_token": csrf_of(client), **fields})


# -- What is kept --


def test_measures_are_numbered_as_they_come(workspace: Workspace, measure: Measure) -> None:
    second = service.create(workspace, AMUND, **FIELDS)
    assert (measure.code, second.code) == ("T-01", "T-02")
    assert [found.id for found in service.listing(workspace, ROLF)] == [measure.id, second.id]


def test_the_first_of_those_that_give_something_soon(workspace: Workspace) -> None:
    assert not service.is_any(workspace, ROLF)
    for title in "abcd":
        service.create(workspace, AMUND, **FIELDS | {"title": title, "quick_win": title != "b"})
    service.create(workspace, AMUND, **FIELDS | {"title": "e", "quick_win": True, "audience": Audience.STAFF})
    assert service.is_any(workspace, ROLF)
    assert [measure.title for measure in service.quick_wins(workspace, ROLF, 2)] == ["a", "c"]
    assert [measure.title for measure in service.quick_wins(workspace, ROLF, 9)] == ["a", "c", "d"]
    assert [measure.title for measure in service.quick_wins(workspace, AMUND, 9)] == ["a", "c", "d", "e"]
    first = service.quick_wins(workspace, AMUND, 1)[0]
    life.change_status(workspace, AMUND, first.id, first.version, "set_aside")
    assert [measure.title for measure in service.quick_wins(workspace, ROLF, 9)] == ["c", "d"]


def test_every_municipality_has_a_benefit_unknown_until_something_is_said(measure: Measure) -> None:
    assert measure.benefits == (Benefit(municipality="9001"),)
    assert measure.benefit_of("9001").kind == "unknown"


def test_benefits_are_completed_in_the_regions_order_and_others_left_out() -> None:
    said = (Benefit(municipality="2", kind="direct", size="large"), Benefit(municipality="9"))
    assert [b.municipality for b in complete(said, ("1", "2"))] == ["1", "2"]
    assert complete(said, ("1", "2"))[1].size == "large"


def test_each_text_is_kept_under_its_number(workspace: Workspace, measure: Measure) -> None:
    changed = service.save(workspace, AMUND, measure.id, measure.version, text="Vi bygger i Myrland.")
    dearer = service.save(workspace, AMUND, measure.id, changed.version, cost="2 mill. kr")
    assert (changed.text_version, dearer.text_version) == (2, 2)
    view = workspace.region(REGION).view()
    assert [service.text_of(view, dearer, n).text for n in (1, 2)] == ["Vi bygger sammen.", "Vi bygger i Myrland."]
    with pytest.raises(NotFound):
        service.text_of(view, dearer, 3)


def test_saving_the_same_again_changes_nothing(workspace: Workspace, measure: Measure) -> None:
    before = workspace.region(REGION).view().last_event()
    assert service.save(workspace, AMUND, measure.id, measure.version, **FIELDS) == measure
    assert workspace.region(REGION).view().last_event() == before


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"title": " \u200d"}, "title"), ({"title": "x" * 201}, "title"), ({"text": ""}, "text"),
        ({"text": "x" * 65_537}, "text"), ({"horizon": "never"}, "horizon"),
        ({"quick_win_date": "snart"}, "quick_win_date"),
        ({"quick_win_date": "2027-02-30"}, "quick_win_date"), ({"start": "2027"}, "start"),
        ({"start": "2027-05-01", "end": "2027-04-30"}, "end"), ({"initiator": "nobody"}, "initiator"),
        ({"regional_size": "huge"}, "regional_size"), ({"share_key": "fair"}, "share_key"), ({"status": "x"}, "status"),
        ({"effort": 6}, "effort"), ({"effect": -1}, "effect"), ({"cost_amount": -1}, "cost_amount"),
        ({"own_hours": 10**13}, "own_hours"), ({"funding": "x" * 301}, "funding"), ({"remark": "x" * 20_001}, "remark"),
        ({"owner_reason": "x" * 2_001}, "owner_reason"),
        ({"own_shares": (OwnShare(municipality="9001", weight=-1),)}, "own_shares"),
        ({"benefits": (Benefit(municipality="9001", how="x" * 2_001),)}, "benefit-9001"),
        ({"benefits": (Benefit(municipality="9001", for_whom=("nobody",)),)}, "benefit-9001"),
        ({"benefits": (Benefit(municipality="9001", kind="huge"),)}, "benefit-9001"),
        ({"benefits": (Benefit(municipality="9001", kind="indirect", size="small"),)}, "benefit-9001"),
    ],
)  # fmt: skip
def test_what_can_not_be_kept_names_its_field(workspace: Workspace, app: object, fields: dict, error: str) -> None:
    with pytest.raises(Invalid) as refused:
        service.create(workspace, AMUND, **{**FIELDS, **fields})
    assert error in refused.value.errors
    assert service.listing(workspace, AMUND) == []


def test_only_documents_one_may_read_can_be_cited(workspace: Workspace, measure: Measure) -> None:
    secret = documents.create(workspace, AMUND, title="Intervju", text="Internt.", audience=Audience.STAFF)
    with pytest.raises(NotFound):
        service.create(workspace, AMUND, **FIELDS, citations=(Citation(document="nowhere"),))
    cited = service.create(workspace, AMUND, **FIELDS, citations=(Citation(document=secret.id, quote="Internt"),))
    assert [document.id for _citation, document in service.cited_documents(workspace, AMUND, cited)] == [secret.id]
    assert service.cited_documents(workspace, KARI, cited) == []
    assert [found.id for found in service.used_in(workspace, AMUND, secret.id)] == [cited.id]


def test_a_stale_save_is_refused(workspace: Workspace, measure: Measure) -> None:
    service.save(workspace, MARIT, measure.id, measure.version, cost="1 mill. kr")
    with pytest.raises(Conflict) as refused:
        service.save(workspace, AMUND, measure.id, measure.version, cost="2 mill. kr")
    assert refused.value.current.cost == "1 mill. kr"


@pytest.mark.parametrize("who", [KARI, ROLF])
def test_who_may_write(workspace: Workspace, measure: Measure, who: Actor) -> None:
    with pytest.raises(Forbidden):
        service.create(workspace, who, **FIELDS)
    with pytest.raises(Forbidden):
        service.save(workspace, who, measure.id, measure.version, cost="0")


def test_a_measure_is_found_by_its_words_and_its_code(workspace: Workspace, measure: Measure) -> None:
    [entry], gone = service.entries_of(workspace.region(REGION).view(), "measures", measure.id)
    assert (entry.title, entry.ref, gone) == ("T-01 Felles kjølelager", "T-01", [])
    for name in service.SEARCHED:
        measure = service.save(workspace, AMUND, measure.id, measure.version, **{name: f"ordet {name}"})
    [entry], _gone = service.entries_of(workspace.region(REGION).view(), "measures", measure.id)
    assert all(f"ordet {name}" in entry.text for name in service.SEARCHED)
    assert service.entries_of(workspace.region(REGION).view(), "measures", "nowhere")[1] == ["measure:nowhere"]


def test_a_record_from_before_the_fields_of_a_plan_is_read(workspace: Workspace, measure: Measure) -> None:
    known = {"id", "version", "number", "title", "text", "responsible", "cost", "changed_at", "changed_by"}
    old = {name: value for name, value in msgspec.to_builtins(measure).items() if name in known}
    read = msgspec.convert(old | {"responsible": "NAV"}, Measure)
    assert (read.owner, read.cost_amount, read.status, read.opt_in) == ("", None, "proposed", False)
    assert form.as_typed(read)["responsible"] == "NAV"  # it stays when the form is saved


def test_the_owner_is_known_by_the_name(workspace: Workspace, app: object) -> None:
    owners = [service.create(workspace, AMUND, **FIELDS, responsible=name).owner for name in ("", "havnsund", "NAV")]
    assert owners == ["", "9001", "external"]


# -- Over HTTP --


def test_proposing_by_plain_form(workspace: Workspace, as_person: As) -> None:
    document = documents.create(workspace, AMUND, title="Analyse", text="Kjøl mangler.")
    benefit = {"kind-9001": "direct", "size-9001": "large", "how-9001": "Lager"}
    cited = {"document-0": document.id, "quote-0": "Kjøl"}
    answer = post(as_person(AMUND), "/measures/", **FIELDS, **benefit, **cited)
    assert answer.status_code == 303
    [measure] = service.listing(workspace, KARI)
    assert answer.location.endswith(f"/measures/{measure.id}?proposed=1")
    assert measure.benefits[0] == Benefit(municipality="9001", kind="direct", size="large", how="Lager")
    page = as_person(ROLF).get(answer.location).text
    assert "Analyse" in page and "«Kjøl»" in page and "stor nytte, direkte" in page


def test_a_refused_form_comes_back_with_all_that_was_typed(as_person: As) -> None:
    typed = {**FIELDS, "title": "", "cost": "450 000 kr", "how-9001": "Kortere vei", "kind-9001": "direct"}
    answer = post(as_person(AMUND), "/measures/", **typed)
    assert answer.status_code == 422
    for text in ("Skriv en tittel.", "Vi bygger sammen.", "450 000 kr", "Kortere vei"):
        assert text in answer.text


WHOLE = {
    "focus_area": "Mat fra havet", "goal": "D4", "owner": "9001", "owner_reason": "Har kai.", "partners": "Myrland",
    "initiator": "business", "cost": "med forbehold", "cost_amount": "1 800 000", "cost_per_year": "1",
    "funding": "Fylkeskommunen", "own_hours": "120", "opt_in": "1", "carriers": ["9001"], "start": "2027-01-01",
    "end": "2029-06-30", "quick_win": "1", "quick_win_date": "2027-05-01", "quick_win_meets": "Flere jobber",
    "effort": "2", "effect": "5", "indicator": "Antall bedrifter", "remark": "Se A6.", "regional_benefit": "Mer verdi",
    "regional_size": "large", "status": "idea", "kind-9001": "direct", "size-9001": "large", "how-9001": "Lager",
    "for-9001": ["business", "residents"],
}  # fmt: skip


def test_all_that_a_plan_says_of_a_measure(workspace: Workspace, as_person: As) -> None:
    made = post(as_person(AMUND), "/measures/", **FIELDS, **WHOLE)
    [measure] = service.listing(workspace, KARI)
    assert (measure.cost_amount, measure.own_hours, measure.cost_per_year) == (1_800_000, 120, True)
    assert (measure.responsible, measure.owner, measure.status) == ("Havnsund", "9001", "idea")
    assert (measure.effort, measure.effect, measure.carriers) == (2, 5, ("9001",))
    assert measure.benefits[0].for_whom == ("residents", "business")
    page = as_person(ROLF).get(made.location).text.replace("\N{NO-BREAK SPACE}", " ")
    for shown in (
        "Mat fra havet", "D4", "Har kai.", "med Myrland", "Næringsliv", "1 800 000 kr i året", "med forbehold",
        "Fylkeskommunen", "120 timer", "Bæres av", "1. januar 2027 til 30. juni 2029", "i gang 1. mai 2027",
        "Innfrir: Flere jobber", "Innsats 2 av 5, effekt 5 av 5", "Antall bedrifter", "Se A6.", "Mer verdi",
        "stor nytte", "Idé", "innbyggere, næringsliv",
    ):  # fmt: skip
        assert shown in page, shown
    assert "Endre status" not in page and "Endre status" in as_person(AMUND).get(made.location).text


def test_the_form_gives_back_what_is_kept(workspace: Workspace, as_person: As) -> None:
    client = as_person(AMUND)
    post(client, "/measures/", **FIELDS, **WHOLE)
    [measure] = service.listing(workspace, KARI)
    page = client.get(f"/r/{REGION}/measures/{measure.id}/edit").text
    for field, value in WHOLE.items():
        if isinstance(value, str) and field not in {"status", "cost_amount"} and len(value) > 1:
            assert f'value="{value}"' in page or f">\n{value}</textarea>" in page, field
    assert 'name="cost_amount" type="text" value="1800000"' in page
    before = workspace.region(REGION).view().last_event()
    sent = {**FIELDS, **WHOLE, "version": str(measure.version)}
    assert post(client, f"/measures/{measure.id}/versions", **sent).status_code == 303
    assert workspace.region(REGION).view().last_event() == before  # the same again changes nothing


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cost_amount", "mye"),
        ("own_hours", "1,5"),
        ("end", "2026-01-01"),
        ("owner", "external"),
        ("remark", "x" * 20_001),
    ],
)
def test_what_is_refused_opens_its_part_of_the_form(as_person: As, field: str, value: str) -> None:
    answer = post(as_person(AMUND), "/measures/", **FIELDS | WHOLE | {field: value})
    assert answer.status_code == 422
    assert answer.text.count('<details class="kort" open') == 1
    assert value in answer.text and "Fylkeskommunen" in answer.text


def test_a_stale_form_shows_both_and_can_be_sent_again(workspace: Workspace, as_person: As, measure: Measure) -> None:
    service.save(workspace, MARIT, measure.id, measure.version, text="Teksten til Marit.")
    path = f"/measures/{measure.id}/versions"
    answer = post(as_person(AMUND), path, **{**FIELDS, "text": "Teksten til Amund.", "version": measure.version})
    assert answer.status_code == 409
    assert "Teksten til Marit." in answer.text and "Teksten til Amund." in answer.text
    assert (
        post(as_person(AMUND), path, **{**FIELDS, "text": "Begge.", "version": measure.version + 1}).status_code == 303
    )
    assert service.get(workspace, AMUND, measure.id).text == "Begge."


def test_a_save_without_a_version_is_refused(as_person: As, measure: Measure) -> None:
    assert post(as_person(AMUND), f"/measures/{measure.id}/versions", **FIELDS).status_code == 428


def test_a_frozen_text_comes_back_typed(workspace: Workspace, as_person: As, measure: Measure) -> None:
    with workspace.region(REGION).transaction() as tx:
        frozen = service.freeze(tx, measure.id, "round")
    fields = {**FIELDS, "text": "En ny tekst som ikke kan lagres nå.", "version": frozen.version}
    answer = post(as_person(AMUND), f"/measures/{measure.id}/versions", **fields)
    assert answer.status_code == 403
    assert "Teksten er frosset" in answer.text and "En ny tekst som ikke kan lagres nå." in answer.text


def test_strangers_and_forged_ids(as_person: As, measure: Measure) -> None:
    for path in (f"/r/{REGION}/measures/{measure.id}", f"/r/nabo/measures/{measure.id}"):
        assert as_person(VERA).get(path).status_code == 404
    assert post(as_person(KARI), "/measures/", **FIELDS).status_code == 403
