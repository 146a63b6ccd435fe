"""The reader's language and our own texts in it: what Flask-Babel does, looked up once for each text and language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import g
from flask_babel import get_locale

from workspace import config as configuration
from workspace.errors import Invalid, Message, WorkspaceError

_MOST = 20_000  # texts that are kept; there are some thousand


def language() -> str:
    """The language of this answer: "nb", "nn" or "en"; that of our texts as they are written, outside any answer."""
    try:
        return g.language  # type: ignore[no-any-return]
    except AttributeError:
        g.language = str(get_locale())
        return str(g.language)
    except RuntimeError:
        return "nb"


def gettext(message: str, /, **variables: Any) -> str:
    """A text in the reader's language, with the variables as they are."""
    text = translated(language(), message)
    return text % variables if variables else text


def ngettext(one: str, many: str, num: int, /, **variables: Any) -> str:
    """The same for a text with a number (`num`) in it."""
    return plural(language(), one, many, num) % {"num": num, **variables}


@lru_cache(maxsize=_MOST)
def translated(language: str, message: str) -> str:
    """A text in a language; as it is written where there is no translation."""
    return str(_catalogue(language).ugettext(message))


def plural(language: str, one: str, many: str, count: int) -> str:
    """The form of a text that goes with this number in a language."""
    return str(_catalogue(language).ungettext(one, many, count))


def said(language: str, message: Message) -> str:
    """A message in a language, outside any answer too."""
    text = translated(language, message.text)
    return text % message.values if message.values else text


def in_english(error: WorkspaceError) -> str:
    """What went wrong, for a terminal: on one line, with the field that each part is about."""
    if isinstance(error, Invalid):
        return "; ".join(f"{field}: {said('en', message)}" for field, message in error.errors.items())
    return said("en", error.message)


@lru_cache(maxsize=3)
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(configuration.PACKAGE / "translations"), [language])
