# ruff: noqa: E501  (a version is a line)
"""Pairs of versions with passages, and where each passage is in the second, stated by hand.

A passage is marked in the first version by [[ and ]]. Where it went is marked the same way in the second; a pair whose
second version has no marks says that the passage is gone, or can't be known: it must not be placed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from workspace import markup
from workspace.comments.anchoring import Spot, Text

MARK = re.compile(r"\[\[|\]\]")


class Pair(NamedTuple):
    """Two versions of a text; a passage is marked in the first, and in the second where it is still there."""

    name: str
    before: str
    after: str
    how: str  # "kept", "changed", "moved" or "removed"; "" where any of the first three is right
    whole: bool = False  # the thread is on the whole paragraph that is marked
    shy: bool = False  # to say that it is gone is right too

    @property
    def stays(self) -> bool:
        """Whether the passage is in the second version."""
        return "[[" in self.after


def read(marked: str, *, whole: bool = False) -> tuple[Text, Spot | None]:
    """A version's text, and the passage that is marked in it."""
    text = Text([(0, markup.render(marked).blocks)])
    plain = Text([(0, markup.render(MARK.sub("", marked)).blocks)])
    for (page, number), block in text.blocks.items():
        if "[[" in block.text:
            start, end = block.text.index("[["), block.text.index("]]") - 2
            return plain, Spot(page, number) if whole else Spot(page, number, start, end)
    return plain, None


HEAD = "# Plan\n\nNi kommuner har ett arbeidsmarked og én felles plan for næringslivet.\n\n"
TAIL = "\n\nPlanen rulleres hvert fjerde år, etter at kommunestyrene har gjort vedtak."

KAI = "Kommunene skal dele på kostnadene for kaien etter folketall."
LAGER = "Kommunene skal dele på kostnadene for kjølelageret etter folketall."

PAIRS = [
    # -- Nothing happened to the passage --
    Pair("the same text", f"{HEAD}Vi bygger [[en felles kai]] i Skarsund.{TAIL}",
         f"{HEAD}Vi bygger [[en felles kai]] i Skarsund.{TAIL}", "kept"),
    Pair("a paragraph before it is new", "Vi bygger [[en felles kai]] i Skarsund.",
         "Helt nytt avsnitt.\n\nVi bygger [[en felles kai]] i Skarsund.", "kept"),
    Pair("a paragraph before it is gone", f"{HEAD}Dette avsnittet skal bort.\n\nVi bygger [[en felles kai]] i Skarsund.",
         f"{HEAD}Vi bygger [[en felles kai]] i Skarsund.", "kept"),
    Pair("only its form is changed", f"{HEAD}Vi bygger en [[felles kai]] i Skarsund.",
         f"{HEAD}Vi bygger en [[**felles** *kai*]] i Skarsund.", "kept"),
    Pair("a sentence before it in the paragraph", f"{HEAD}Vi bygger [[en felles kai]] i Skarsund.{TAIL}",
         f"{HEAD}Fylket har sagt ja. Vi bygger [[en felles kai]] i Skarsund.{TAIL}", "kept"),
    Pair("a paragraph becomes an item of a list", f"{HEAD}Vi bygger [[en felles kai]] i Skarsund for alle ni kommuner.{TAIL}",
         f"{HEAD}- Kommunene samarbeider\n- Vi bygger [[en felles kai]] i Skarsund for alle ni kommuner.{TAIL}", "kept"),
    Pair("marks that are put together of more than one", f"{HEAD}Vi bygger [[en kai 👩‍👩‍👧‍👦 for alle]] i Skarsund.",
         f"Nytt 👍🏽 først.\n\n{HEAD}Vi bygger [[en kai 👩‍👩‍👧‍👦 for alle]] i Skarsund.", "kept"),
    Pair("combining marks", f"{HEAD}Kafe\u0301en på [[A\u030asgård kafe\u0301]] er stengt om vinteren.",
         f"Nytt.\n\n{HEAD}Kafe\u0301en på [[A\u030asgård kafe\u0301]] er stengt om vinteren.", "kept"),
    # -- Changed --
    Pair("a number is changed in it", f"{HEAD}Vi gir [[10 millioner]] kroner til kaien.{TAIL}",
         f"{HEAD}Vi gir [[15 millioner]] kroner til kaien.{TAIL}", "changed"),
    Pair("a number is changed beside it", f"{HEAD}Vi gir 10 millioner [[kroner til kaien]].{TAIL}",
         f"{HEAD}Vi gir 15 millioner [[kroner til kaien]].{TAIL}", "kept"),
    Pair("the number that it is, is changed", f"{HEAD}Vi gir [[10]] millioner kroner til kaien.{TAIL}",
         f"{HEAD}Vi gir 15 millioner kroner til kaien.{TAIL}", "removed"),
    Pair("words put into it", f"{HEAD}[[Kommunene skal dele på kostnadene]] for kaien.{TAIL}",
         f"{HEAD}[[Kommunene skal fra 2027 av dele på alle kostnadene]] for kaien.{TAIL}", "changed"),
    Pair("a word taken out of it", f"{HEAD}[[Alle de ni kommunene skal dele]] på kostnadene for kaien.{TAIL}",
         f"{HEAD}[[Alle ni kommunene skal dele]] på kostnadene for kaien.{TAIL}", "changed"),
    Pair("a whole paragraph gets a sentence more", f"{HEAD}[[Havnøy bygger en kai i Skarsund. Den er ferdig i 2028.]]{TAIL}",
         f"{HEAD}[[Havnøy bygger en kai i Skarsund. Den er ferdig i 2028. Fylket betaler.]]{TAIL}", "changed", whole=True),
    Pair("a passage that cuts through words", f"{HEAD}Vi bygger en fel[[les kai i Skar]]sund for alle.{TAIL}",
         f"Nytt.\n\n{HEAD}Vi bygger en fel[[les kai i Skar]]sund for alle.{TAIL}", "kept"),
    Pair("nynorsk", f"{HEAD}[[Kommunene skal dele på kostnadene for kaien i Skarsund]] etter folketall.{TAIL}",
         "# Plan\n\nNi kommunar har éin arbeidsmarknad og éin felles plan for næringslivet.\n\n"
         "[[Kommunane skal dele på kostnadene for kaien i Skarsund]] etter folketal.\n\n"
         "Planen blir rullert kvart fjerde år, etter at kommunestyra har gjort vedtak.", "changed", shy=True),
    Pair("nynorsk of few of the same words", f"{HEAD}[[Hvem eier ikke lenger noen kai her?]]{TAIL}",
         "# Plan\n\nNi kommunar har éin arbeidsmarknad.\n\nKven eig ikkje lenger nokon kai her?", "removed", shy=True),
    # -- Taken away, with a look-alike left --
    Pair("a look-alike in the same paragraph", f"{HEAD}[[{KAI}]] {LAGER}{TAIL}", f"{HEAD}{LAGER}{TAIL}", "removed"),
    Pair("a look-alike after it", f"{HEAD}{KAI} [[{LAGER}]]{TAIL}", f"{HEAD}{KAI}{TAIL}", "removed"),
    Pair("a look-alike in its own paragraph", f"{HEAD}[[{KAI}]]\n\n{LAGER}{TAIL}", f"{HEAD}{LAGER}{TAIL}", "removed"),
    Pair("a look-alike in another section", f"# Kai\n\n[[{KAI}]]\n\nMer om kaien her.\n\n# Lager\n\n{LAGER}",
         f"# Kai\n\nMer om kaien her.\n\n# Lager\n\n{LAGER}", "removed"),
    Pair("a look-alike that is changed too", f"{HEAD}[[{KAI}]] {LAGER}{TAIL}",
         f"{HEAD}Kommunene skal dele likt på kostnadene for kjølelageret.{TAIL}", "removed"),
    Pair("a look-alike that lost what set it apart", f"{HEAD}[[{KAI}]] {LAGER}{TAIL}",
         f"{HEAD}Kommunene skal dele på kostnadene etter folketall.{TAIL}", "removed"),
    Pair("words of it in a look-alike", f"{HEAD}Kommunene skal dele på [[kostnadene for kaien]] etter folketall. {LAGER}{TAIL}",
         f"{HEAD}{LAGER}{TAIL}", "removed"),
    Pair("the same words elsewhere", f"{HEAD}[[Tiltaket er viktig]] for Havnøy og kystkommunene.\n\nVi må prioritere. "
         f"Tiltaket er viktig for Solåsen og innlandet.{TAIL}",
         f"{HEAD}Vi må prioritere. Tiltaket er viktig for Solåsen og innlandet.{TAIL}", "removed"),
    Pair("a whole paragraph with a look-alike", f"{HEAD}[[{KAI} Fylket betaler resten.]]\n\n{LAGER} Fylket betaler resten.{TAIL}",
         f"{HEAD}{LAGER} Fylket betaler resten.{TAIL}", "removed", whole=True),
    Pair("one of two that say the same, the first", f"{HEAD}[[Saken er utsatt.]]\n\nHavna er for liten.\n\nSaken er utsatt.{TAIL}",
         f"{HEAD}Havna er for liten.\n\nSaken er utsatt.{TAIL}", "removed"),
    Pair("one of two that say the same, side by side", f"{HEAD}[[Saken er utsatt.]] Saken er utsatt.{TAIL}",
         f"{HEAD}Saken er utsatt.{TAIL}", "removed"),
    Pair("the other of two was taken away", f"{HEAD}Saken er utsatt.\n\nHavna er for liten i dag.\n\n[[Saken er utsatt.]]{TAIL}",
         f"{HEAD}Havna er for liten i dag.\n\n[[Saken er utsatt.]]{TAIL}", "kept"),
    Pair("the same is said once more", f"{HEAD}Havna er for liten i dag.\n\n[[Saken er utsatt.]]{TAIL}",
         f"{HEAD}Saken er utsatt.\n\nHavna er for liten i dag.\n\n[[Saken er utsatt.]]{TAIL}", "kept"),
    Pair("a sentence of boilerplate in each section",
         "# Kai\n\nAnsvar: Regionrådet.\n\nKaien skal være ferdig før jul.\n\n# Lager\n\n[[Ansvar: Regionrådet.]]\n\nLageret kan vente et år til.",
         "# Kai\n\nKaien skal være ferdig før jul.\n\n# Lager\n\n[[Ansvar: Regionrådet.]]\n\nLageret kan vente et år til.", "kept"),
    Pair("boilerplate taken away here, and left there",
         "# Kai\n\n[[Ansvar: Regionrådet.]]\n\nKaien skal være ferdig før jul.\n\n# Lager\n\nAnsvar: Regionrådet.\n\nLageret kan vente et år til.",
         "# Kai\n\nKaien skal være ferdig før jul.\n\n# Lager\n\nAnsvar: Regionrådet.\n\nLageret kan vente et år til.", "removed"),
    Pair("a section with the same subheadings is taken away",
         "# Kai\n\n## Mål\n\n[[Ansvar: Havnøy kommune.]]\n\n## Tiltak\n\nBygge.\n\n# Lager\n\n## Mål\n\nAnsvar: Solåsen kommune.\n\n## Tiltak\n\nLeie.",
         "# Lager\n\n## Mål\n\nAnsvar: Solåsen kommune.\n\n## Tiltak\n\nLeie.", "removed"),
    Pair("a numbered section is taken away and the next gets its number",
         "# Tiltak 1\n\n[[Ansvar: Regionrådet.]]\n\nKaien skal være ferdig før jul.\n\n# Tiltak 2\n\nAnsvar: Regionrådet.\n\nLageret kan vente et år til.",
         "# Tiltak 1\n\nAnsvar: Regionrådet.\n\nLageret kan vente et år til.", "removed"),
    Pair("short answers", "# Svar\n\nSkal vi bygge kai? [[Ja.]] Skal vi bygge lager? Det er uklart.",
         "# Svar\n\nSkal vi bygge kai? Nei. Skal vi bygge lager? Ja.", "removed"),
    # -- Names and numbers that change places --
    Pair("a name is corrected and stands elsewhere", "[[Robin]] er leder. Det er Robin som svarer.",
         "Elisa er leder. Det er Robin som svarer.", "removed"),
    Pair("a name is corrected and stands in the same sentence", f"{HEAD}[[Robin]] er leder, og det er Robin som svarer.{TAIL}",
         f"{HEAD}Elisa er leder, og det er Robin som svarer.{TAIL}", "removed"),
    Pair("the other of two names is corrected", f"{HEAD}Robin er leder, og det er [[Robin]] som svarer.{TAIL}",
         f"{HEAD}Elisa er leder, og det er [[Robin]] som svarer.{TAIL}", "kept", shy=True),
    Pair("two names change places", f"{HEAD}[[Havnøy stiller areal]] til kaien. Solåsen stiller penger til kaien.{TAIL}",
         f"{HEAD}Solåsen stiller areal til kaien. Havnøy stiller penger til kaien.{TAIL}", "removed"),
    Pair("responsibles change places", "# Kai\n\n[[Ansvar: Havnøy.]]\n\n# Lager\n\nAnsvar: Solåsen.",
         "# Kai\n\nAnsvar: Solåsen.\n\n# Lager\n\nAnsvar: Havnøy.", "removed"),
    Pair("costs change places", "# Kai\n\nVi bygger en kai i Skarsund til alle.\n\n[[Kostnad: 10 millioner kroner.]]\n\n# Lager\n\n"
         "Vi leier et lager ved flyplassen.\n\nKostnad: 20 millioner kroner.",
         "# Kai\n\nVi bygger en kai i Skarsund til alle.\n\nKostnad: 20 millioner kroner.\n\n# Lager\n\n"
         "Vi leier et lager ved flyplassen.\n\nKostnad: 10 millioner kroner.", "removed"),
    # -- Moved, split, joined --
    Pair("a paragraph is moved down", f"{HEAD}Det er lenge til [[neste ferje over fjorden]] går.\n\nHavna er stengt om vinteren.\n\n"
         f"Fylket eier veien mellom bygdene.{TAIL}",
         f"{HEAD}Havna er stengt om vinteren.\n\nFylket eier veien mellom bygdene.\n\nDet er lenge til [[neste ferje over fjorden]] går.{TAIL}",
         "moved"),
    Pair("a section is moved", "# Kai\n\nKaien skal stå [[ferdig før neste vinter]] kommer.\n\nAnsvar: Regionrådet.\n\n# Lager\n\n"
         "Lageret kan vente et år til uten skade.\n\nAnsvar: Regionrådet.\n\n# Vei\n\nVeien må utbedres av fylket først.",
         "# Lager\n\nLageret kan vente et år til uten skade.\n\nAnsvar: Regionrådet.\n\n# Vei\n\nVeien må utbedres av fylket først.\n\n"
         "# Kai\n\nKaien skal stå [[ferdig før neste vinter]] kommer.\n\nAnsvar: Regionrådet.", "moved"),
    Pair("boilerplate in a section that is moved", "# Kai\n\nKaien skal stå ferdig før neste vinter kommer.\n\n[[Ansvar: Regionrådet.]]\n\n"
         "Fylket eier grunnen som kaien skal stå på.\n\n# Lager\n\nLageret kan vente et år til uten skade.\n\nAnsvar: Regionrådet.\n\n"
         "Leien er for høy, sier alle som har sett på den.",
         "# Lager\n\nLageret kan vente et år til uten skade.\n\nAnsvar: Regionrådet.\n\nLeien er for høy, sier alle som har sett på den.\n\n"
         "# Kai\n\nKaien skal stå ferdig før neste vinter kommer.\n\n[[Ansvar: Regionrådet.]]\n\nFylket eier grunnen som kaien skal stå på.", ""),
    Pair("a sentence is split, the second half", f"{HEAD}Havnøy bygger en kai og et kjølelager i Skarsund, og "
         f"[[kommunene deler på regningen etter folketall]].{TAIL}",
         f"{HEAD}Havnøy bygger en kai og et kjølelager i Skarsund.\n\n[[Kommunene deler på regningen etter folketall]].{TAIL}", "changed"),
    Pair("a sentence is split, the first half", f"{HEAD}[[Havnøy bygger en kai og et kjølelager]] i Skarsund, og "
         f"kommunene deler på regningen etter folketall.{TAIL}",
         f"{HEAD}[[Havnøy bygger en kai og et kjølelager]] i Skarsund. Kommunene deler på regningen etter folketall.{TAIL}", "kept"),
    Pair("a paragraph is split", f"{HEAD}Havna er stengt om vinteren. [[Fylket eier veien mellom bygdene.]]{TAIL}",
         f"{HEAD}Havna er stengt om vinteren.\n\n[[Fylket eier veien mellom bygdene.]]{TAIL}", "kept"),
    Pair("a paragraph is joined to the one before", f"{HEAD}Havna er stengt om vinteren.\n\n[[Fylket eier veien]] mellom bygdene.{TAIL}",
         f"{HEAD}Havna er stengt om vinteren. [[Fylket eier veien]] mellom bygdene.{TAIL}", "kept"),
    Pair("a whole paragraph becomes part of a longer", f"{HEAD}[[Fylket eier veien mellom bygdene.]]{TAIL}",
         f"{HEAD}Havna er stengt om vinteren, sier havnesjefen, som har målt isen hver dag. [[Fylket eier veien mellom bygdene.]] "
         f"Det har ingen betydning for kaien, mener de som bor der.{TAIL}", "kept", whole=True),
    Pair("two sentences are joined", f"{HEAD}[[Fylket eier veien mellom bygdene.]] Kommunene rydder den om vinteren.{TAIL}",
         f"{HEAD}[[Fylket eier veien mellom bygdene]], mens kommunene rydder den om vinteren.{TAIL}", "", shy=True),
    Pair("a passage across two sentences", f"{HEAD}Havna er [[stengt om vinteren. Fylket eier veien]] mellom bygdene.{TAIL}",
         f"{HEAD}Nytt her. Havna er [[stengt om vinteren. Fylket eier veien]] mellom bygdene.{TAIL}", "kept"),
    Pair("a sentence is put in the middle of a passage", f"{HEAD}Havna er [[stengt om vinteren. Fylket eier veien]] mellom bygdene.{TAIL}",
         f"{HEAD}Havna er [[stengt om vinteren. Isen er tykk. Fylket eier veien]] mellom bygdene.{TAIL}", "changed"),
    Pair("its sentence is rewritten", f"{HEAD}Det er [[for dyrt for Havnøy alene]] å bygge kaien.{TAIL}",
         f"{HEAD}En ny utredning viser at flere bør betale.{TAIL}", "removed"),
    # -- Lists and tables --
    Pair("items of a list change places", f"{HEAD}- Kaien bygges i 2027\n- [[Lageret leies ut i 2028]]\n- Veien rustes opp i 2029{TAIL}",
         f"{HEAD}- [[Lageret leies ut i 2028]]\n- Veien rustes opp i 2029\n- Kaien bygges i 2027{TAIL}", ""),
    Pair("an item of a list is taken away", f"{HEAD}- Kaien bygges i 2027\n- [[Lageret bygges i 2028]]\n- Veien bygges i 2029{TAIL}",
         f"{HEAD}- Kaien bygges i 2027\n- Veien bygges i 2029{TAIL}", "removed"),
    Pair("a passage across two items", f"{HEAD}- Kaien bygges [[i 2027\n- Lageret leies]] ut i 2028\n- Veien rustes opp{TAIL}",
         f"{HEAD}- Broa males\n- Kaien bygges [[i 2027\n- Lageret leies]] ut i 2028\n- Veien rustes opp{TAIL}", "kept"),
    Pair("rows of a table change places", f"{HEAD}| Tiltak | Sum |\n|---|---|\n| [[Kai]] | 10 |\n| Lager | 20 |\n| Vei | 30 |{TAIL}",
         f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Vei | 30 |\n| Lager | 20 |\n| [[Kai]] | 10 |{TAIL}", "", shy=True),
    Pair("a row of a table is taken away", f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Kai | [[10]] |\n| Lager | 10 |\n| Vei | 30 |{TAIL}",
         f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Lager | 10 |\n| Vei | 30 |{TAIL}", "removed"),
    Pair("numbers change places between rows", f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Kai | [[10]] |\n| Lager | 20 |{TAIL}",
         f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Kai | 20 |\n| Lager | 10 |{TAIL}", "removed"),
    Pair("a column is added", f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Kaien i Skarsund | [[10 millioner]] |\n| Lageret ved flyplassen | 20 millioner |{TAIL}",
         f"{HEAD}| Tiltak | År | Sum |\n|---|---|---|\n| Kaien i Skarsund | 2027 | [[10 millioner]] |\n| Lageret ved flyplassen | 2028 | 20 millioner |{TAIL}",
         "kept", shy=True),
    Pair("the same number in each row", f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Kai | 10 |\n| Lager | [[10]] |\n| Vei | 10 |{TAIL}",
         f"{HEAD}| Tiltak | Sum |\n|---|---|\n| Bro | 10 |\n| Kai | 10 |\n| Lager | [[10]] |\n| Vei | 10 |{TAIL}", "kept"),
    Pair("empty cells", f"{HEAD}| A | B | C |\n|---|---|---|\n| Kai | | [[ti]] |\n| Lager | | tjue |{TAIL}",
         f"{HEAD}| A | B | C |\n|---|---|---|\n| Bro | | |\n| Kai | | [[ti]] |\n| Lager | | tjue |{TAIL}", "kept"),
    # -- Headings, and everything gone --
    Pair("its heading is renamed", "# Kai\n\nKaien skal stå [[ferdig før jul]] i år.\n\n# Lager\n\nLageret kan vente et år til.",
         "# Havn og kai\n\nKaien skal stå [[ferdig før jul]] i år.\n\n# Lager\n\nLageret kan vente et år til.", "kept"),
    Pair("the text is gone", f"{HEAD}Vi bygger [[en felles kai]] i Skarsund.", "", "removed"),
    Pair("another text", f"{HEAD}Vi bygger [[en felles kai]] i Skarsund.", "# Årsmelding\n\nLaget hadde tolv møter.", "removed"),
]  # fmt: skip
