"""The form a round is made with: the fields of a draft as text, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from workspace import clean, text
from workspace.errors import Invalid, Message, _
from workspace.rounds.methods import METHODS
from workspace.rounds.model import ELECTORATES, LONGEST_TITLE, VISIBILITIES, Round, Wording
from workspace.rounds.verdict import parse_share

LONGEST_PURPOSE = 2_000
USUALLY_OPEN = timedelta(days=14)
REWORDED = ("consensus", "endorsement")  # methods whose steps have words; "temperature" has those of consensus
GROUPS = ("municipality", "business", "youth", "county", "research", "voluntary", "state", "other")

WORDS = tuple(
    f"{part}-{method}-{step.value}"
    for method in REWORDED
    for step in METHODS[method].SCALE
    for part in ("meaning", "prompt")
)
FIELDS = (
    "title", "purpose", "method", "counted_by", "guests", "quorum", "support", "max_reservations", "blocks_stop",
    "points", "most_points", "opens", "closes", "reminds", "visibility", *WORDS,
)  # fmt: skip
MANY = ("measures", "invited")


def usual(now: datetime) -> dict[str, Any]:
    """A form that nobody has typed in yet: a consensus round of two weeks, to noon."""
    closes = typed_moment(now + USUALLY_OPEN)[:11] + "12:00"
    chosen = {"quorum": "3/4", "support": "3/4", "blocks_stop": "1", "reminds": "1", "points": "10", "most_points": "4"}
    choices = {"method": "consensus", "counted_by": "municipality", "visibility": "named", "closes": closes}
    return dict.fromkeys(FIELDS, "") | chosen | choices | {"measures": (), "invited": ()}


def typed_of(draft: Round) -> dict[str, Any]:
    """The form as it was when this draft was saved."""
    said = {
        (wording.value, part): getattr(wording, part) for wording in draft.wordings for part in ("meaning", "prompt")
    }
    method = _words_of(draft.method)
    words = {
        f"{part}-{method}-{step.value}": said.get((step.value, part), "")
        for step in METHODS[method].SCALE
        for part in ("meaning", "prompt")
    } if method else {}  # fmt: skip
    return usual(draft.closes) | words | {
        "title": draft.title,
        "purpose": draft.purpose,
        "method": draft.method,
        "counted_by": draft.counted_by,
        "guests": "1" if draft.guests else "",
        "quorum": draft.quorum,
        "support": draft.support,
        "max_reservations": "" if draft.max_reservations is None else str(draft.max_reservations),
        "blocks_stop": "1" if draft.blocks_stop else "",
        "points": str(draft.points),
        "most_points": str(draft.most_points),
        "opens": typed_moment(draft.opens),
        "closes": typed_moment(draft.closes),
        "reminds": "1" if draft.reminds else "",
        "visibility": "named" if draft.is_anonymous else draft.visibility,
        "measures": draft.measures,
        "invited": draft.invited,
    }  # fmt: skip


def _words_of(method: str) -> str:
    """Whose words a method's steps have; "" for one without steps."""
    return {"temperature": "consensus", "priority": ""}.get(method, method)


def typed_moment(moment: datetime | None) -> str:
    """A moment as the browser's own field has it, on a Norwegian clock, to the minute."""
    return "" if moment is None else f"{text.local(moment):%Y-%m-%dT%H:%M}"


def moment(typed: str, field: str = "closes") -> datetime:
    """A date and time typed on a Norwegian clock, in UTC, to the minute. Raises Invalid, naming the field."""
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=text.OSLO, second=0, microsecond=0).astimezone(UTC)
    except ValueError as error:
        what = _("Velg dag og klokkeslett for fristen.")
        if field == "opens":
            what = _("Velg dag og klokkeslett for åpningen.")
        raise Invalid({field: what}) from error


def fields_of(typed: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The fields of the draft that this form describes. Raises Invalid, naming each field that can't be read."""
    fields, errors = _read(typed, now)
    if errors:
        raise Invalid(errors)
    return fields


def sketch(typed: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The same for a form that is being filled in: what can't be read yet is as it usually is."""
    chosen = {
        "method": typed["method"] if typed["method"] in METHODS else "consensus",
        "counted_by": typed["counted_by"] if typed["counted_by"] in ELECTORATES else "municipality",
        "visibility": typed["visibility"] if typed["visibility"] in VISIBILITIES else "named",
    }
    fields, _errors = _read(typed | chosen, now)
    return fields


def _read(typed: dict[str, Any], now: datetime) -> tuple[dict[str, Any], dict[str, Message]]:
    errors: dict[str, Message] = {}
    is_temperature = typed["method"] == "temperature"
    numbers = {
        "points": _number(typed["points"], 10, "points", _("Skriv antall poeng som et helt tall."), errors),
        "most_points": _number(
            typed["most_points"], 4, "most_points", _("Skriv antall poeng som et helt tall."), errors
        ),
    }
    shares = {name: _share(typed[name], name, errors) for name in ("quorum", "support")}
    times = _times(typed, now, errors)
    fields = {
        "title": clean.clean_line(typed["title"]),
        "purpose": typed["purpose"],
        "method": typed["method"],
        "counted_by": "person" if is_temperature else typed["counted_by"],
        "invited": tuple(group for group in GROUPS if group in typed["invited"]),
        "guests": bool(typed["guests"]),
        "max_reservations": _most(typed["max_reservations"], errors),
        "blocks_stop": bool(typed["blocks_stop"]),
        "reminds": bool(typed["reminds"]),
        "visibility": "anonymous" if is_temperature else typed["visibility"],
        "wordings": _wordings(typed),
    }
    if len(typed["purpose"]) > LONGEST_PURPOSE:
        errors["purpose"] = _("Teksten er for lang. Grensen er %(limit)s tegn.", limit=LONGEST_PURPOSE)
    if clean.is_blank(fields["title"]):
        errors["title"] = _("Gi runden et navn på høyst %(limit)s tegn.", limit=LONGEST_TITLE)
    return fields | numbers | shares | times, errors


def _times(typed: dict[str, Any], now: datetime, errors: dict[str, Message]) -> dict[str, Any]:
    times: dict[str, Any] = {"opens": None, "closes": now + USUALLY_OPEN}
    for name in ("opens", "closes"):
        if not typed[name] and name == "opens":
            continue
        try:
            times[name] = moment(typed[name], name)
        except Invalid as refused:
            errors |= refused.errors
    return times


def _number(typed: str, usually: int, field: str, message: Message, errors: dict[str, Message]) -> int:
    if typed.isascii() and typed.isdigit() and len(typed) <= 5:
        return int(typed)
    errors[field] = message
    return usually


def _share(typed: str, field: str, errors: dict[str, Message]) -> str:
    try:
        parse_share(typed)
    except (ValueError, ZeroDivisionError):
        errors[field] = _("Velg en andel mellom 0 og 100 prosent.")
        return "3/4"
    return typed


def _most(typed: str, errors: dict[str, Message]) -> int | None:
    if not typed:
        return None
    return _number(typed, 0, "max_reservations", _("Velg hvor mange forbehold regelen tåler."), errors)


def _wordings(typed: dict[str, Any]) -> tuple[Wording, ...]:
    """The steps that are said in other words than ours, as the chosen method has them."""
    method = _words_of(typed["method"])
    if method not in REWORDED:
        return ()
    said = [
        Wording(
            value=step.value,
            meaning=clean.clean_line(typed[f"meaning-{method}-{step.value}"]),
            prompt=clean.clean_line(typed[f"prompt-{method}-{step.value}"]),
        )
        for step in METHODS[method].SCALE
    ]
    return tuple(wording for wording in said if wording.meaning or wording.prompt)
