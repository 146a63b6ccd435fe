"""What templates call most, made once: texts, addresses, and pieces that depend on nothing but what they are given.

A page of a hundred comments asks for hundreds of these. Each is kept by all that it is made of, so that it is never
another than it would be if it were made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import flask
from flask import Flask, request
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup

from workspace import translation

_MOST = 20_000  # of each that are kept
_DRAWN = {"_icons.html": ("icon", "mark"), "_components.html": ("initials", "stance")}


# -- Texts --


def gettext(message: str, /, **variables: Any) -> Markup:
    """A text of a template in the reader's language, with the variables escaped."""
    text = _safe(translation.language(), message)
    return text % variables if variables else _plain(text)


def ngettext(one: str, many: str, count: int, /, **variables: Any) -> Markup:
    """The same for a text with a number in it."""
    text = Markup(translation.plural(translation.language(), one, many, count))  # noqa: S704  our own text
    return text % {"num": count, **variables}


@lru_cache(maxsize=_MOST)
def _safe(language: str, message: str) -> Markup:
    return Markup(translation.translated(language, message))  # noqa: S704  our own text


@lru_cache(maxsize=_MOST)
def _plain(text: Markup) -> Markup:
    return text % {}  # "%%" is a percent sign, as in texts with variables


# -- Addresses --


def url_for(endpoint: str, /, **values: Any) -> str:
    """Flask's url_for, which keeps what it made: an address depends on nothing else than where we are mounted."""
    try:
        return _address(request.root_path, endpoint, tuple(values), *values.values())
    except TypeError:  # a list among the values can't be a key
        return flask.url_for(endpoint, **values)


@lru_cache(maxsize=_MOST, typed=True)
def _address(mounted: str, endpoint: str, names: tuple[str, ...], *values: Any) -> str:
    return flask.url_for(endpoint, **dict(zip(names, values, strict=True)))


# -- Templates --


class SharedTemplate(Template):
    """A template whose macros are made once, for whoever imports them.

    At each import Jinja looks whether the importing template knows globals that the imported one does not. Ours all
    know the same: `init_app` and its kin set them before the first page, and no page is given any of its own. The
    looking took a twenty-fifth of the time of a posted comment.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def init_app(app: Flask) -> None:
    """Give these to the templates. Called once, after Babel."""
    app.jinja_env.template_class = SharedTemplate
    drawn = {name: _drawn(app, template, name) for template, names in _DRAWN.items() for name in names}
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext, url_for=url_for, **drawn)


def _drawn(app: Flask, template: str, name: str) -> Callable[..., Markup]:
    """A macro that keeps what it drew."""

    @lru_cache(maxsize=_MOST, typed=True)
    def draw(*given: Any, **named: Any) -> Markup:
        macro = getattr(app.jinja_env.get_template(template).module, name)
        return Markup(macro(*given, **named))  # noqa: S704  it escapes what it is given

    return draw
