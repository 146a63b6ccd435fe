"""States of a round, and each way by which something of it comes out, as text (see test_secrecy.py)."""

from __future__ import annotations

import gzip
import json
import logging
import zipfile
from collections.abc import Callable
from datetime import timedelta

from tests.conftest import BJORN, KARI, MARIT, REGION, ROLF
from tests.rounds import twins as out
from tests.rounds.sealed import LATER, VOTERS
from tests.rounds.twins import WATCHERS, Twin
from workspace import request_log
from workspace.access import operator
from workspace.rounds import posting, reminding, service
from workspace.rounds.reminder import Reminder
from workspace.search import following
from workspace.search import service as search
from workspace.transfer import backing_up, exporting

FIRST = (1, "Kanariord: vi stopper dette helt til noen har regnet på det.")
SECOND = (5, "")
OTHER = (5, "Bra.")
EXPORTS = ("export.csv", "export.json", "export.xlsx", "results.csv", "protocol.docx")
Pair = tuple[Twin, Twin]
Make = Callable[[str], Pair]


def hidden(make: Make) -> Pair:
    """A round hidden until it closes. Kari answers for Havnsund, and differs; Bjørn's advice does too."""
    pair = make("hidden")
    for it, (value, reason) in zip(pair, (FIRST, SECOND), strict=True):
        it.answer(KARI, value, reason)
        it.answer(BJORN, value, reason)
    return pair


def anonymous(make: Make) -> Pair:
    """A round without names that is open. One of six answers differs."""
    pair = make("anonymous")
    for it, (value, reason) in zip(pair, (FIRST, SECOND), strict=True):
        it.answer(VOTERS[0], value, reason)
        for who in VOTERS[1:6]:
            it.answer(who, 3, "Greit")
    return pair


def shuffled(make: Make) -> Pair:
    """A round without names that has closed. Two have answered each as the other did in the twin."""
    pair = make("anonymous")
    for it, (one, other) in zip(pair, ((FIRST, OTHER), (OTHER, FIRST)), strict=True):
        it.answer(VOTERS[0], *one)
        it.answer(VOTERS[1], *other)
        for who in VOTERS[2:8]:
            it.answer(who, 3, "Greit")
        it.close()
    return pair


def page(it: Twin) -> str:
    return "".join(it.get(who, f"/rounds/{it.round.id}") for who in WATCHERS)


def fragment(it: Twin) -> str:
    return "".join(it.get(who, f"/rounds/{it.round.id}?seen=0", htmx=True) for who in WATCHERS)


def poll(it: Twin) -> str:
    """Who asks what is new learns that something is, and not what; the number counts answers alone."""
    seen = service.get(it.workspace, MARIT, it.round.id).updates
    return "".join(it.get(MARIT, f"/rounds/{it.round.id}?seen={at}", htmx=True) for at in (seen - 1, seen))


def measure(it: Twin) -> str:
    watchers = (ROLF, MARIT) if it.round.visibility == "hidden" else WATCHERS  # Bjørn sees his own advice
    return "".join(it.get(who, f"/measures/{it.measure.id}") for who in watchers)


def phone(it: Twin) -> str:
    who = VOTERS[0] if it.round.is_anonymous else MARIT
    return it.get(who, f"/rounds/{it.round.id}/answer?measure={it.measure.id}")


def asked_for_another(it: Twin) -> str:
    """Pages on which one may choose between one's own municipalities, asked for one that is not."""
    of = f"/rounds/{it.round.id}/measures/{it.measure.id}"
    pages = (
        f"/measures/{it.measure.id}?",
        f"/rounds/{it.round.id}/answer?measure={it.measure.id}&",
        f"{of}/mediation?",
    )
    return "".join(it.get(MARIT, f"{page}voice=9001") for page in pages)


def home_page(it: Twin) -> str:
    return "".join(it.get(who, "/") for who in WATCHERS)


def lists(it: Twin) -> str:
    return it.get(MARIT, "/rounds/") + it.get(MARIT, "/measures/")


def table(it: Twin) -> str:
    """The table of all measures, with how the municipalities stand on each."""
    return "".join(it.get(who, "/measures/") for who in WATCHERS)


def found(it: Twin) -> str:
    """Search: for a word of the reason, and everything there is with its facets."""
    search_for = ("/search?q=Kanariord", "/search?q=regnet", "/search?q=kai")
    following.rebuild(it.workspace, REGION)
    pages = "".join(it.get(MARIT, path) for path in search_for)
    everything = search.search(it.workspace, MARIT, words="", sort="date", counts=True)
    return pages + str(everything.facets) + str(everything.held) + str(everything.total)


def files(it: Twin) -> str:
    """What can be taken out of a round, its protocol and the check of it against the log included."""
    told = [it.get(who, f"/rounds/{it.round.id}/{name}") for name in EXPORTS for who in WATCHERS]
    return "".join(told) + it.get(MARIT, f"/rounds/{it.round.id}/verification")


def mail(it: Twin) -> str:
    """The letters to those who have not answered, two days before the deadline."""
    it.clock.moment = LATER - timedelta(days=1)
    reminding.make_due(it.workspace, operator(REGION))
    view = it.workspace.region(REGION).view()
    letters = [posting.letter_to(it.workspace, operator(REGION), view, one) for one in view.find(Reminder)]
    assert letters
    return str(letters)


def region_log(it: Twin) -> str:
    return out.log(it)


def kept(it: Twin) -> str:
    return out.kept(it)


def backup(it: Twin) -> str:
    folder, _manifest = backing_up.back_up(it.workspace, it.workspace.config.instance.parent / "backups")
    return out.lines(gzip.decompress((folder / "regions" / f"{REGION}.jsonl.gz").read_bytes()))


def export(it: Twin) -> str:
    path = it.workspace.config.instance.parent / "region.zip"
    exporting.export(it.workspace, REGION, path)
    with zipfile.ZipFile(path) as files:
        records = [name for name in files.namelist() if name.endswith(".jsonl")]
        return "".join(f"{name} {out.lines(files.read(name))}" for name in records)


def told_to_the_voter(it: Twin) -> str:
    """What the voter is answered, to the byte count: who sees the size of what goes by learns nothing."""
    told = [it.answer(VOTERS[6 + at], *(FIRST if it.first else SECOND), how) for at, how in enumerate(HOWS)]
    return "".join(told) + it.get(VOTERS[0], f"/measures/{it.measure.id}") + it.get(VOTERS[0], "/")


HOWS = ("plain", "htmx", "phone")


def request_lines(it: Twin) -> str:
    """The log of requests, while somebody answers."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(json.dumps({**record.fields, "ms": 0, "request": ""}))  # type: ignore
    request_log.logger.addHandler(handler)
    before = request_log.logger.level
    request_log.logger.setLevel(logging.INFO)
    try:
        who = VOTERS[9] if it.round.is_anonymous else KARI
        it.answer(who, *(FIRST if it.first else SECOND))
    finally:
        request_log.logger.removeHandler(handler)
        request_log.logger.setLevel(before)
    return "\n".join(lines)


def crawl(it: Twin) -> str:
    """Every address of the region, also those that are made after this test."""
    told = []
    for name, path in sorted(it.pages.items()):
        if "<" not in path:
            watchers = (ROLF, MARIT) if it.round.visibility == "hidden" else (*WATCHERS, VOTERS[0])
            told += [f"{name} {it.get(who, path)}" for who in watchers]
    return "\n".join(told)
