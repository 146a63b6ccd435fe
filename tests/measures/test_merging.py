"""Two measures that may be the same: suggested, told apart, or made one with nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import AMUND, KARI, MARIT, REGION, ROLF
from tests.measures.conftest import FIELDS, Make, freeze, post
from workspace.access import Actor, Audience
from workspace.documents import service as documents
from workspace.errors import Conflict, Forbidden, Invalid, NotFound
from workspace.measures import board, life, merging, service, similar
from workspace.measures.model import KINDS_OF_BENEFIT, SIZES, Benefit, Citation, Measure
from workspace.parts import Workspace

As = Callable[[Actor], FlaskClient]


def merge(workspace: Workspace, one: Measure, other: Measure, **more: object) -> Measure:
    text = merging.texts_together(one, other)
    return merging.merge(workspace, AMUND, one.id, other.id, (one.version, other.version), one.title, text, **more)


# -- Suggested --


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Felles kjølelager", "Felles kjølelager i Myrland", True),
        ("Én dør inn: felles førstelinje", "Felles førstelinje, én dør inn", True),
        ("Felles kjølelager", "Lærlingordning for industri", False),
        ("Felles innkjøpskalender", "Felles kjølelager", False),
    ],
)
def test_titles_that_are_alike(one: str, other: str, alike: bool) -> None:
    assert (similar.score(one, "Ett", other, "To") >= similar.ALIKE) is alike


def test_the_same_text_under_a_related_title_is_alike() -> None:
    text = "Bedrifter i alle kommunene får én adresse å henvende seg til, og svar innen to dager."
    assert similar.score("Felles førstelinje", text, "Felles dør for bedrifter", text + " Alltid.") >= similar.ALIKE
    assert similar.score("Felles førstelinje", text, "Kai", text) < similar.ALIKE


def test_one_that_is_proposed_again_is_asked_about(nine: Workspace, as_person: As, make: Make) -> None:
    first = make()
    client = as_person(AMUND)
    fields = {**FIELDS, "title": "Felles kjølelager i Myrland", "horizon": "long"}
    asked = post(client, "/measures/", **fields)
    assert asked.status_code == 422
    assert "Ligner på et tiltak som er foreslått" in asked.text and f"/measures/{first.id}" in asked.text
    assert "Felles kjølelager i Myrland" in asked.text and 'value="long" selected' in asked.text
    assert len(service.listing(nine, AMUND)) == 1
    key = "0123456789abcdefghjkmnpqrs"
    for _time in range(2):  # sent twice it is one, and is not asked about because of itself
        assert post(client, "/measures/", **fields, different="1", key=key).status_code == 303
    _first, second = service.listing(nine, AMUND)
    assert second.differs_from == (first.id,)
    assert "Er dette de samme tiltakene?" not in client.get(f"/r/{REGION}/measures/").text


def test_pairs_are_listed_until_somebody_tells_them_apart(nine: Workspace, as_person: As, make: Make) -> None:
    one, other, _third = make(), make(), make(title="Lærlingordning")
    assert [(pair.one.id, pair.other.id) for pair in similar.pairs(service.listing(nine, AMUND))] == [
        (one.id, other.id)
    ]
    assert "Er dette de samme tiltakene?" in as_person(AMUND).get(f"/r/{REGION}/measures/").text
    assert "Er dette de samme tiltakene?" not in as_person(ROLF).get(f"/r/{REGION}/measures/").text
    assert post(as_person(AMUND), f"/measures/{one.id}/differences", other=other.id).status_code == 303
    assert similar.pairs(service.listing(nine, AMUND)) == []
    assert "Er dette de samme tiltakene?" not in as_person(AMUND).get(f"/r/{REGION}/measures/").text
    assert post(as_person(KARI), f"/measures/{one.id}/differences", other=other.id).status_code == 403


# -- Merged --

benefits = st.builds(
    Benefit,
    municipality=st.just("9001"),
    kind=st.sampled_from(KINDS_OF_BENEFIT),
    size=st.sampled_from(SIZES),
    how=st.sampled_from(("", "Lager", "Kortere vei")),
    source=st.sampled_from(("", "A4")),
)


@given(benefits, benefits)
def test_no_benefit_is_lost(one: Benefit, other: Benefit) -> None:
    joined = merging._benefit(one, other)
    assert SIZES.index(joined.size) == min(SIZES.index(one.size), SIZES.index(other.size))
    assert joined.kind in (one.kind, other.kind)
    assert joined.kind != "unknown" or one.kind == other.kind == "unknown"
    for part in (one, other):
        assert part.how in joined.how and part.source in joined.source


def test_two_become_one_with_nothing_lost(nine: Workspace, make: Make) -> None:
    a, b = (documents.create(nine, AMUND, title=title, text="Tekst.") for title in ("Analyse", "Intervju"))
    seen = board.create(nine, AMUND, title="Mulighet")
    one = make(
        cost="450 000 kr", responsible="Havnsund", citations=(Citation(document=a.id),),
        benefits=(Benefit(municipality="9001", kind="direct", size="small", how="Lager", for_whom=("business",)),),
    )  # fmt: skip
    other = service.create(
        nine, AMUND, opportunity=seen.id, title="Kjøl i Myrland", text="Vi leier.", cost="2 mill. kr", goal="D4",
        partners="Bondelaget", remark="Haster",
        citations=(Citation(document=b.id, quote="kjøl"), Citation(document=a.id)),
        benefits=(
            Benefit(municipality="9001", kind="indirect", size="large", how="Oppdrag", for_whom=("residents",)),
            Benefit(municipality="9008", kind="direct", size="medium", source="A6"),
        ),
    )  # fmt: skip
    merged = merge(nine, one, other)
    assert merged.text == "Vi bygger sammen.\n\nVi leier." and merged.text_version == 2
    assert (merged.cost, merged.goal, merged.partners) == ("450 000 kr", "D4", "Bondelaget")
    assert merged.remark == "Fra T-02: kostnad: 2 mill. kr\nT-02: Haster"
    first = merged.benefit_of("9001")
    assert (first.kind, first.size, first.how) == ("direct", "large", "Lager; Oppdrag")
    assert first.for_whom == ("residents", "business")
    assert merged.benefit_of("9008").source == "A6"
    assert [citation.document for citation in merged.citations] == [a.id, b.id]
    assert (merged.merged, merged.opportunities) == ((other.id,), (seen.id,))
    assert board.get(nine, ROLF, seen.id).measure == one.id
    gone = service.get(nine, AMUND, other.id)
    assert gone.merged_into == one.id and gone.text == "Vi leier."
    assert [found.id for found in service.listing(nine, ROLF)] == [one.id]
    [_mine, (part, texts)] = service.texts(nine, ROLF, merged)
    assert (part.id, texts[0].text) == (other.id, "Vi leier.")


def test_what_was_merged_before_comes_along(nine: Workspace, make: Make) -> None:
    one, two, three = make(), make(title="To"), make(title="Tre")
    two = merge(nine, two, three)
    merged = merge(nine, one, two)
    assert merged.merged == (two.id, three.id)
    assert service.get(nine, ROLF, three.id).merged_into == one.id


def test_the_one_that_is_gone_leads_to_the_one_that_stays(nine: Workspace, as_person: As, make: Make) -> None:
    one, other = make(quick_win=True), make(title="Kjøl", text="Vi leier.", quick_win=True)
    fields = {"other": other.id, "version": one.version, "other_version": other.version}
    page = as_person(AMUND).get(f"/r/{REGION}/measures/{one.id}/merging?other={other.id}").text
    assert "Vi bygger sammen.\n\nVi leier." in page
    path = f"/measures/{one.id}/merging"
    assert post(as_person(AMUND), path, **fields, title="", text="Begge.").status_code == 422
    assert post(as_person(AMUND), path, title="a", text="b", other=other.id, version=1).status_code == 428
    assert post(as_person(AMUND), path, **fields, title="Kjølelager", text="Begge.").status_code == 303
    answer = as_person(ROLF).get(f"/r/{REGION}/measures/{other.id}")
    assert answer.status_code == 303 and answer.location.endswith(f"/measures/{one.id}")
    assert "Vi leier." in as_person(ROLF).get(f"/r/{REGION}/measures/{one.id}/texts").text
    assert [measure.id for measure in service.quick_wins(nine, ROLF, 5)] == [one.id]
    assert service.entries_of(nine.region(REGION).view(), "measures", other.id) == ([], [f"measure:{other.id}"])
    assert post(as_person(AMUND), path, **fields, title="Igjen", text="Begge.").status_code == 422


def test_nothing_is_done_with_one_that_is_gone(nine: Workspace, make: Make) -> None:
    one, other = make(), make(title="Kjøl", responsible="NAV")
    merge(nine, one, other)
    gone = service.get(nine, AMUND, other.id)
    with pytest.raises(NotFound):
        service.save(nine, AMUND, gone.id, gone.version, cost="1 kr")
    with pytest.raises(NotFound):
        life.change_status(nine, AMUND, gone.id, gone.version, "agreed")
    with pytest.raises(NotFound):
        life.accept(nine, AMUND, gone.id, "2026-11-23", "Ola")
    with pytest.raises(NotFound):
        service.is_other(nine, AMUND, one.id, gone.id)
    with pytest.raises(NotFound):
        freeze(nine, gone)


@pytest.mark.parametrize("which", [0, 1])
def test_refused_while_either_is_in_an_open_round(nine: Workspace, as_person: As, make: Make, which: int) -> None:
    pair = [make(), make(title="Kjøl")]
    pair[which] = freeze(nine, pair[which])
    before = nine.region(REGION).view().last_event()
    with pytest.raises(Forbidden):
        merge(nine, *pair)
    assert nine.region(REGION).view().last_event() == before
    page = as_person(AMUND).get(f"/r/{REGION}/measures/{pair[0].id}/merging?other={pair[1].id}").text
    assert "Tiltak i en åpen runde kan ikke slås sammen" in page
    fields = {"other": pair[1].id, "version": pair[0].version, "other_version": pair[1].version}
    answer = post(as_person(AMUND), f"/measures/{pair[0].id}/merging", **fields, title="x", text="y")
    assert answer.status_code == 403


def test_refused_when_stale_or_not_for_the_same(nine: Workspace, make: Make) -> None:
    one, other, staff = make(), make(title="Kjøl"), make(title="Internt", audience=Audience.STAFF)
    with pytest.raises(Invalid):
        merge(nine, one, one)
    with pytest.raises(Invalid):
        merge(nine, one, staff)
    service.save(nine, MARIT, other.id, other.version, cost="1 kr")
    with pytest.raises(Conflict):
        merge(nine, one, other)
    with pytest.raises(Forbidden):
        merging.merge(nine, KARI, one.id, other.id, (1, 1), "a", "b")
