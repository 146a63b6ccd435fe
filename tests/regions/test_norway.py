"""The list of Norway's municipalities, and the order of names."""

from __future__ import annotations

from workspace.regions.norway import municipalities
from workspace.regions.service import alphabetical


def test_all_357_by_number() -> None:
    assert len(municipalities()) == 357
    assert municipalities()["0301"].name == "Oslo"
    assert all(len(number) == 4 and number.isdigit() and known.name for number, known in municipalities().items())


def test_names_are_not_unique_so_numbers_are_the_key() -> None:
    names = [known.name for known in municipalities().values()]
    assert [number for number, known in municipalities().items() if known.name == "Herøy"] == ["1515", "1818"]
    assert len(names) > len(set(names))


def test_the_order_is_that_of_norwegians() -> None:
    ordered = ["Bø", "Kárášjohka", "Karmøy", "Vågå", "Østre Toten", "Øvre", "Ål", "Aarborte", "Ås"]
    assert sorted(reversed(ordered), key=alphabetical) == ordered
    assert sorted(["Åmot", "Ærlig", "Zakarias", "Ørsta"], key=alphabetical) == ["Zakarias", "Ærlig", "Ørsta", "Åmot"]
