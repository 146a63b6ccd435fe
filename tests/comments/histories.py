"""Random histories of a text whose every sentence is known by a hidden name, whatever it says.

What an editor does to a text, at random from a seed: sentences, paragraphs and sections are taken away, moved, changed,
split and joined, and new ones are put in that look like the old ones. The sentences are cut from few patterns, so that
nearly each has look-alikes; some say the very same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from workspace.comments.anchoring import Text
from workspace.comments.passages import Spot
from workspace.markup import Block

PLACES = ["Havnøy", "Solåsen", "Vik", "Nordskar", "Lyngmo", "Storfjell", "Skarsund", "Elvebakken"]
THINGS = ["kaien", "kjølelageret", "ferjeleiet", "kulturhuset", "lysløypa", "næringsparken", "biblioteket", "broa"]
ACTS = ["bygger", "betaler", "vedlikeholder", "planlegger", "selger", "fornyer"]
PATTERNS = [
    "Kommunene skal dele på kostnadene for {thing} etter folketall.",
    "{place} {act} {thing} sammen med {other} innen {year}.",
    "Ansvar: {place}.",
    "Ansvar: Regionrådet.",
    "Kostnad: {number} millioner kroner.",
    "Frist: 1. mai {year}.",
    "Det er uklart hvem som {act} {thing} når tilskuddet tar slutt.",
    "Ja.",
    "I {place} er det {number} arbeidsplasser knyttet til {thing}, og tallet har økt siden {year}.",
    "{other} mener at {thing} bør vente til {place} har svart på høringen.",
    "Regionrådet behandler saken på nytt i {year}, og da skal {thing} være ferdig utredet.",
]
WORDS = ["gode", "lange", "trygge", "nye", "felles", "lokale", "viktige", "åpne", "grønne", "små", "store", "raske"]


@dataclass
class Said:
    """A sentence with the name it is known by."""

    name: int
    text: str
    copied: int = 0  # the name of the one it says again


@dataclass
class Paragraph:
    """Sentences in a row; rows or items where it is a table or a list."""

    kind: str
    said: list[Said]


@dataclass
class Section:
    """A heading and what is under it."""

    title: str
    paragraphs: list[Paragraph] = field(default_factory=list)


class Editor:
    """Somebody who writes and changes a text, from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._names = 0
        self.sections = [self.section() for _ in range(self.random.randint(1, 5))]

    # -- Writing --

    def sentence(self, text: str = "") -> Said:
        pick = self.random.choice
        self._names += 1
        place, other = self.random.sample(PLACES, 2)
        made = pick(PATTERNS).format(
            place=place, other=other, thing=pick(THINGS), act=pick(ACTS), year=pick(range(2026, 2031)),
            number=pick([5, 10, 15, 20, 120]),
        )  # fmt: skip
        return Said(self._names, text or made)

    def paragraph(self) -> Paragraph:
        if self.random.random() < 0.2:
            rows = [
                self.sentence(f"{place}\n{self.random.choice([5, 10, 15, 20])}\n{self.random.choice(THINGS)}")
                for place in self.random.sample(PLACES, self.random.randint(2, 5))
            ]
            return Paragraph(self.random.choice(["table", "list"]), rows)
        return Paragraph("paragraph", [self.sentence() for _ in range(self.random.randint(1, 5))])

    def section(self) -> Section:
        title = self.random.choice(["Mål", "Tiltak 1", "Tiltak 2", *(f"Om {thing}" for thing in THINGS)])
        return Section(title, [self.paragraph() for _ in range(self.random.randint(1, 4))])

    # -- Changing --

    def edit(self) -> None:
        """Do one thing to the text."""
        acts = [
            self.delete_sentence, self.delete_sentence, self.delete_paragraph, self.delete_section, self.change,
            self.change, self.change, self.move_paragraph, self.move_section, self.move_sentence, self.insert,
            self.insert, self.copy, self.split, self.join, self.rename, self.swap_rows,
        ]  # fmt: skip
        self.random.choice(acts)()

    def _any(self) -> tuple[Section, Paragraph] | None:
        found = [(section, paragraph) for section in self.sections for paragraph in section.paragraphs]
        return self.random.choice(found) if found else None

    def delete_sentence(self) -> None:
        if found := self._any():
            section, paragraph = found
            paragraph.said.remove(self.random.choice(paragraph.said))
            if not paragraph.said:
                section.paragraphs.remove(paragraph)

    def delete_paragraph(self) -> None:
        if found := self._any():
            found[0].paragraphs.remove(found[1])

    def delete_section(self) -> None:
        if len(self.sections) > 1:
            self.sections.remove(self.random.choice(self.sections))

    def change(self) -> None:
        """Put a word in, take one away, or put a number or a place in the stead of another."""
        if found := self._any():
            said = self.random.choice(found[1].said)
            words = said.text.split(" ")
            at = self.random.randrange(len(words))
            how = self.random.random()
            if how < 0.4 or len(words) < 4:
                words.insert(at, self.random.choice(WORDS))
            elif how < 0.7:
                words.pop(at)
            else:
                words[at] = self.random.choice([*WORDS, *THINGS, *PLACES, "12", "37"])
            said.text = " ".join(words)
            said.text = said.text[0].upper() + said.text[1:]

    def move_paragraph(self) -> None:
        if found := self._any():
            found[0].paragraphs.remove(found[1])
            target = self.random.choice(self.sections).paragraphs
            target.insert(self.random.randint(0, len(target)), found[1])

    def move_section(self) -> None:
        section = self.sections.pop(self.random.randrange(len(self.sections)))
        self.sections.insert(self.random.randint(0, len(self.sections)), section)

    def move_sentence(self) -> None:
        found, to = self._any(), self._any()
        if found and to and to[1].kind == found[1].kind and len(found[1].said) > 1:
            said = self.random.choice(found[1].said)
            found[1].said.remove(said)
            to[1].said.insert(self.random.randint(0, len(to[1].said)), said)

    def insert(self) -> None:
        if (found := self._any()) and found[1].kind == "paragraph":
            found[1].said.insert(self.random.randint(0, len(found[1].said)), self.sentence())

    def copy(self) -> None:
        """Say again, in another place, what is said already."""
        found, to = self._any(), self._any()
        if found and to and found[1].kind == to[1].kind == "paragraph":
            first = self.random.choice(found[1].said)
            again = self.sentence(first.text)
            again.copied = first.copied or first.name
            to[1].said.insert(self.random.randint(0, len(to[1].said)), again)

    def split(self) -> None:
        if (found := self._any()) and found[1].kind == "paragraph" and len(found[1].said) > 1:
            at = self.random.randrange(1, len(found[1].said))
            place = found[0].paragraphs.index(found[1])
            found[0].paragraphs.insert(place + 1, Paragraph("paragraph", found[1].said[at:]))
            del found[1].said[at:]

    def join(self) -> None:
        if found := self._any():
            place = found[0].paragraphs.index(found[1])
            below = found[0].paragraphs[place + 1 : place + 2]
            if below and below[0].kind == found[1].kind:
                found[1].said += below[0].said
                found[0].paragraphs.remove(below[0])

    def rename(self) -> None:
        self.random.choice(self.sections).title += " " + self.random.choice(WORDS)

    def swap_rows(self) -> None:
        if (found := self._any()) and found[1].kind != "paragraph":
            self.random.shuffle(found[1].said)

    # -- Reading --

    def read(self) -> tuple[Text, dict[int, Spot]]:
        """The text as it is now, and where each sentence stands by its hidden name."""
        blocks: list[Block] = []
        spots: dict[int, Spot] = {}
        for section in self.sections:
            blocks.append(Block(len(blocks) + 1, "heading", "", section.title, 2, ""))
            for paragraph in section.paragraphs:
                number = len(blocks) + 1
                between = {"paragraph": " ", "list": "\n", "table": "\n\n\n"}[paragraph.kind]
                at = 0
                for said in paragraph.said:
                    text = (
                        said.text if paragraph.kind != "list" else said.text.replace("\n", ": ", 1).replace("\n", " ")
                    )
                    spots[said.name] = Spot(0, number, at, at + len(text))
                    at += len(text) + len(between)
                texts = [
                    said.text if paragraph.kind != "list" else said.text.replace("\n", ": ", 1).replace("\n", " ")
                    for said in paragraph.said
                ]
                blocks.append(Block(number, paragraph.kind, "", between.join(texts), 0, ""))
        return Text([(0, blocks)]), spots
