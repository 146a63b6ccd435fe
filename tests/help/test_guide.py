"""The guide is true: its pictures, its links, and every word it says stands on the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.help.pictures import FOLDER, PICTURES
from tests.test_translations import METHODS, OPTIONS, ROOT, extract_from_dir
from workspace.help import guide

GUIDE = ROOT / "docs" / "veileder"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(GUIDE.glob("*.md"))}
QUOTED = re.compile(r"«([^»]+)»")
PICTURED = re.compile(r"!\[([^\]]*)\]\(([^)]*)\)")
LINKED = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]*)\)")


@pytest.fixture(scope="module")
def on_screen() -> list[re.Pattern[str]]:
    """Every text of the templates and the code, with room for what is put into it."""
    found = set()
    for name in ("workspace", "templates"):
        methods = [(pattern.removeprefix(f"{name}/"), how) for pattern, how in METHODS if pattern.startswith(name)]
        options = {pattern.removeprefix(f"{name}/"): how for pattern, how in OPTIONS.items()}
        rows = extract_from_dir(str(ROOT / name), methods, options)
        for _file, _line, texts, _comments, _context in rows:
            found |= set(texts if isinstance(texts, tuple) else (texts,))
    assert len(found) > 1000
    return [_pattern(text) for text in found if "%(" not in text or len(re.sub(r"%\(\w+\)s|\W", "", text)) > 7]


def _pattern(text: str) -> re.Pattern[str]:
    pieces = [re.escape(piece.replace("%%", "%")) for piece in re.split(r"%\(\w+\)s", text)]
    return re.compile(".+".join(pieces))


def unknown_words(text: str, on_screen: list[re.Pattern[str]]) -> list[str]:
    """What is quoted in «» and is no text of the product, alone or before a colon and what is put in there."""
    quoted = QUOTED.findall(text)
    return [words for words in quoted if not any(p.fullmatch(words) or p.fullmatch(f"{words}: x") for p in on_screen)]


@pytest.mark.parametrize("name", TEXTS)
def test_every_word_it_quotes_is_on_the_screen(name: str, on_screen: list[re.Pattern[str]]) -> None:
    assert unknown_words(TEXTS[name], on_screen) == []


def test_a_word_that_is_renamed_on_the_screen_is_found(on_screen: list[re.Pattern[str]]) -> None:
    assert unknown_words("Trykk «Lagre svaret», og så «Lagre svaret med en gang».", on_screen) == [
        "Lagre svaret med en gang"
    ]


def test_its_pages_are_those_that_are_served() -> None:
    assert set(TEXTS) == set(guide.PAGES)
    assert [page.name for page in guide.contents()] == list(guide.PAGES)


def test_every_picture_is_made_by_the_script_and_shown_once() -> None:
    shown = [target for text in TEXTS.values() for _words, target in PICTURED.findall(text)]
    made = [f"bilder/{picture.name}.webp" for picture in PICTURES]
    assert sorted(shown) == sorted(made)
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(Path(path).name for path in made)


def test_every_picture_says_in_words_what_it_shows() -> None:
    for text in TEXTS.values():
        assert all(len(words) > 15 and words.endswith(".") for words, _target in PICTURED.findall(text))


def test_the_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("*.webp")}
    assert sum(sizes.values()) < 3_000_000
    assert {name: size for name, size in sizes.items() if size > 250_000} == {}


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_leads_to_a_page_of_the_guide(name: str) -> None:
    targets = LINKED.findall(TEXTS[name])
    assert [target for target in targets if not (GUIDE / target).is_file()] == []


def test_every_page_but_the_first_is_in_the_list_of_the_first() -> None:
    assert set(LINKED.findall(TEXTS["index"])) == {f"{name}.md" for name in guide.PAGES[1:]}


def test_pages_of_the_product_link_to_headings_that_are_there() -> None:
    pattern = re.compile(r"url_for\('help\.page', name='([\w-]+)'\) \}\}#([\w-]+)")
    links = [link for path in (ROOT / "templates").rglob("*.html") for link in pattern.findall(path.read_text())]
    assert len(links) >= 5
    for name, anchor in links:
        assert anchor in {part.block.anchor for part in guide.page(name).parts}, f"{name}#{anchor}"


def test_each_page_is_short_sentences() -> None:
    """Klarspråk: a sentence of more than 25 words is two."""
    for name, text in TEXTS.items():
        sentences = re.split(r"(?<=[.?:])\s+|\n", re.sub(r"\[|\]\([^)]*\)", "", text))
        assert [sentence for sentence in sentences if len(sentence.split()) > 25] == [], name
