"""How text, numbers and time are shown: translation, Norwegian dates, and spaces that must not break."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, request
from flask_babel import Babel
from htmx_flask import Htmx
from markupsafe import Markup

from workspace import config as configuration
from workspace import markup, web
from workspace.translation import gettext, language

LOCALES = {code: Locale.parse(code) for code in ("nb", "nn", "en")}  # parsed once, not for each answer
OSLO = ZoneInfo("Europe/Oslo")
_NO_BREAK = "\u00a0"
_KEEP_TOGETHER = re.compile(
    r"(?<=\d) (?=\d{3}\b|%|kr\b|mill\b|mrd\b|av \d)|(?<=\bav) (?=\d)|(?<=\bkl\.) (?=\d)|(?<=\b[Rr]unde) (?=\d)"
)


def locale() -> str:
    """The language of this answer: the person's own, the browser's cookie, or the installation's."""
    chosen = web.me().locale if web.me().person else request.cookies.get("locale", "")
    return chosen if chosen in LOCALES else web.workspace().config.default_locale


def color_scheme() -> str:
    """Light or dark as the person chose (a cookie, read here so that nothing flashes), else as the device says."""
    chosen = request.cookies.get("color_scheme", "")
    return chosen if chosen in {"light", "dark"} else "auto"


def local(moment: datetime) -> datetime:
    """The same moment on a Norwegian clock."""
    return moment.astimezone(OSLO)


def day(moment: datetime | date, pattern: str = "d. MMMM y", in_language: str = "") -> str:
    """A date in words: 23. november 2026, in the reader's language or another. Patterns are those of Unicode (CLDR)."""
    on = local(moment).date() if isinstance(moment, datetime) else moment
    written = in_language or language()
    if written == "en":
        pattern = pattern.replace("d. ", "d ")
    return _formatted(on, pattern, _babel_locale(written))


@lru_cache(maxsize=4_096)
def _formatted(on: date, pattern: str, locale: str) -> str:
    return format_date(on, pattern, locale=locale)


def iso_day(iso: str) -> str:
    """A date written 2026-11-23, in words."""
    return day(date.fromisoformat(iso))


def clock(moment: datetime, in_language: str = "") -> str:
    """The time of day: kl. 15.44 or kl. 12 in Norwegian, 15:44 in English."""
    if (in_language or language()) == "en":
        return format_datetime(local(moment), "HH:mm", locale="en")
    at = local(moment)
    return f"kl.{_NO_BREAK}{at:%H.%M}" if at.minute else f"kl.{_NO_BREAK}{at.hour}"


def when(moment: datetime) -> str:
    """A moment as people say it: «i dag kl. 14.10», «i går kl. 09.32», «20. november», with the year if another."""
    today = local(web.workspace().now()).date()
    on = local(moment).date()
    if on == today:
        return " ".join((gettext("i dag"), clock(moment)))
    if on == today - timedelta(days=1):
        return " ".join((gettext("i går"), clock(moment)))
    return day(moment, "d. MMMM" if on.year == today.year else "d. MMMM y")


def as_sentence(text: str) -> str:
    """The text with a capital first letter, and the rest as it is: month names are capital in English."""
    return text[:1].upper() + text[1:]


def amount(number: int | float) -> str:
    """A number with its thousands apart and a decimal comma: 1 800 000."""
    return format_decimal(number, locale=_babel_locale(language()))


def decimal(number: float, digits: int) -> str:
    """A number with so many digits after its decimal comma: 0,56."""
    return format_decimal(number, f"0.{'0' * digits}", locale=_babel_locale(language()))


def unbroken(text: str) -> str:
    """Keep numbers, units, «kl. 12» and «Runde 2» on one line. For text only, never for form fields."""
    return _KEEP_TOGETHER.sub(_NO_BREAK, text)


def _babel_locale(written: str) -> str:
    return {"nb": "nb", "nn": "nn"}.get(written, "en_GB")


def init_app(app: Flask) -> None:
    """Connect translation, htmx-flask and the filters to the application."""
    Htmx(app)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(configuration.PACKAGE / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = "nb"
    Babel(app, locale_selector=lambda: LOCALES.get(locale()) or locale(), timezone_selector=lambda: "Europe/Oslo")
    app.jinja_env.filters.update(
        day=day,
        iso_day=iso_day,
        clock=clock,
        when=when,
        amount=amount,
        decimal=decimal,
        unbroken=unbroken,
        translate=web.translate,
    )
    app.jinja_env.filters["as_sentence"] = as_sentence
    app.jinja_env.filters["svg_path"] = Markup  # only for the constant strokes of _icons.html
    app.jinja_env.filters["safe_html"] = Markup  # only for what markup.py has made
    app.jinja_env.filters["short_markdown"] = lambda source: Markup(markup.render_short(source).html)  # noqa: S704
    app.jinja_env.globals.update(locale=locale, color_scheme=color_scheme)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
