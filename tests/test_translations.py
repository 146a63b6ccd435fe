"""Nynorsk and English are complete: every text of the code and the templates has its translation."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from tests.conftest import KARI, MARIT, REGION
from workspace.access import Actor

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "workspace" / "translations"
METHODS = [("workspace/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}}
BRACKETS = str.maketrans("[]", "()")  # the ids of plurals are a list in one reader, a tuple in the other
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")


@pytest.fixture(scope="module")
def texts() -> set[str]:
    """Every text that is marked for translation, by its first form."""
    found = set()
    for name in ("workspace", "templates"):
        methods = [(pattern.removeprefix(f"{name}/"), how) for pattern, how in METHODS if pattern.startswith(name)]
        options = {pattern.removeprefix(f"{name}/"): how for pattern, how in OPTIONS.items()}
        rows: Iterator[tuple] = extract_from_dir(str(ROOT / name), methods, options)
        found |= {text[0] if isinstance(text, tuple) else text for _file, _line, text, _comments, _context in rows}
    assert len(found) > 600
    return found


def catalogue(locale: str):
    return read_po(io.BytesIO((CATALOGUES / locale / "LC_MESSAGES" / "messages.po").read_bytes()), locale=locale)


@pytest.mark.parametrize("locale", ["nn", "en"])
def test_no_text_is_without_its_translation(texts: set[str], locale: str) -> None:
    translated = {}
    for message in catalogue(locale):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        first = message.id[0] if isinstance(message.id, tuple) else message.id
        translated[first] = all(strings) and not message.fuzzy
    assert {text for text in texts if not translated.get(text)} == set()


@pytest.mark.parametrize("locale", ["nn", "en"])
def test_a_translation_has_the_placeholders_of_its_text(locale: str) -> None:
    for message in catalogue(locale):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if ids[0]:
            assert set(PLACEHOLDER.findall(strings[-1])) == set(PLACEHOLDER.findall(ids[-1])), ids[0]


@pytest.mark.parametrize("locale", ["nn", "en"])
def test_no_translation_has_swallowed_the_text_beside_it(locale: str) -> None:
    """Two texts that run into one when catalogues are merged: the end of a sentence stuck to the next one's start."""
    stuck = re.compile(r"[a-zæøå][.?!][A-ZÆØÅ][a-zæøå]")
    for message in catalogue(locale):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if ids[0]:
            assert [text for text in strings if stuck.search(text) and not stuck.search(ids[0])] == []


@pytest.mark.parametrize("locale", ["nn", "en"])
def test_the_compiled_catalogue_is_that_of_its_source(locale: str) -> None:
    compiled = read_mo(io.BytesIO((CATALOGUES / locale / "LC_MESSAGES" / "messages.mo").read_bytes()))
    pairs = [{str(m.id): list(m.string) for m in made if m.id} for made in (compiled, catalogue(locale))]
    assert {id.translate(BRACKETS): text for id, text in pairs[0].items()} == {
        id.translate(BRACKETS): text for id, text in pairs[1].items()
    }


@pytest.mark.parametrize(
    ("locale", "words"), [("nn", "Saman om næringsplanen"), ("en", "Together on the business plan")]
)
def test_pages_are_shown_in_the_language_chosen(
    client: FlaskClient, as_person: Callable[[Actor], FlaskClient], locale: str, words: str
) -> None:
    client.set_cookie("locale", locale)
    page = client.get("/sign-in").text
    assert words in page and f'<html lang="{locale}"' in page
    for who in (KARI, MARIT):
        visitor = as_person(who)
        visitor.application.extensions["workspace"].config.__dict__["default_locale"] = locale
        for path in ("/", "/documents/", "/measures/", "/rounds/", "/search?q=kai"):
            answer = visitor.get(f"/r/{REGION}{path}")
            assert answer.status_code == 200
            assert "Sist endrede dokumenter" not in answer.text
