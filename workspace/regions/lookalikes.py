"""Names that can be taken for somebody else's: letters of other alphabets that look like ours.

Nobody is refused for their name. What a person may do is said by their role, which no name can change; but whoever
lets people in is told when a name mixes alphabets, or looks the same as another member's.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from workspace.regions.model import Membership

# Letters of Cyrillic and Greek, and signs, that look like a Latin letter in most fonts, from Unicode's confusables
# (UTS 39): the ones that a Norwegian name can be written with.
_LOOKS_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁһԛԝӏӕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυıℓ０01|",
    "ABESIJKMHOPCTYXaesijopcyxdhqwlæABEZHIKMNOPTYXoaivpuilool1",
)
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "HEBREW", "ARABIC", "GEORGIAN")


class Lookalike(NamedTuple):
    """A name to look at twice: it mixes alphabets, or looks like those of others."""

    member: Membership
    mixes: bool
    others: tuple[Membership, ...]


@lru_cache(maxsize=4_096)  # asked of every member's name each time somebody who leads opens the home page
def mixes_alphabets(name: str) -> bool:
    """Whether a word of the name has letters of more than one alphabet, as «Мarit» with a Cyrillic М."""
    return any(len({_alphabet(c) for c in word if c.isalpha()} - {""}) > 1 for word in name.split())


def _alphabet(letter: str) -> str:
    """The alphabet of a letter, "" for one that says nothing of it, such as the sign for a litre."""
    name = unicodedata.name(letter, "")
    return next((alphabet for alphabet in _ALPHABETS if name.startswith(alphabet)), "")


@lru_cache(maxsize=4_096)
def skeleton(name: str) -> str:
    """The same for all names that look the same: letters are replaced by the Latin ones that they look like."""
    plain = unicodedata.normalize("NFC", name).translate(_LOOKS_LIKE)
    plain = unicodedata.normalize("NFKC", plain).translate(_LOOKS_LIKE).casefold().replace("i", "l").replace("1", "l")
    return " ".join("".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Mn"}).split())


def among(members: Iterable[Membership]) -> tuple[Lookalike, ...]:
    """The names of these members that can be taken for another's, in their order.

    Two people may have the very same name; it is told too, since it is the plainest way to be taken for somebody.
    """
    alike: Mapping[str, list[Membership]] = defaultdict(list)
    looked_at = []
    for member in members:
        looks_so = alike[skeleton(member.name)]
        looks_so.append(member)
        looked_at.append((member, mixes_alphabets(member.name), looks_so))
    return tuple(
        Lookalike(member, mixes, tuple(other for other in looks_so if other.id != member.id))
        for member, mixes, looks_so in looked_at
        if mixes or len(looks_so) > 1
    )
