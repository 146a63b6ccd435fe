"""A hearing report as a PDF that a screen reader can read: tagged, with bookmarks, its language and its fonts in it.

The page is described in report.typ, and set in a process of its own (typesetting.py), one report at a time. What people
wrote reaches it as data, never as part of the description.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from workspace.errors import Unavailable, _
from workspace.hearings.paper import Item, Paper
from workspace.hearings.report_word import heads
from workspace.translation import gettext

MIMETYPE = "application/pdf"
PATIENCE = 60.0  # seconds for one report; a thousand rows take four

_one_at_a_time = threading.Lock()


def to_pdf(made: Paper) -> bytes:
    """The report as a file. It says that it is PDF/UA where its fonts have every sign in it; else it is made the same
    way without saying so. Raises Unavailable when it takes too long, or others are being made."""
    worker = [sys.executable, "-I", str(Path(__file__).with_name("typesetting.py"))]
    sent = json.dumps(_data(made), ensure_ascii=False).encode("utf-8", errors="replace")
    if not _one_at_a_time.acquire(timeout=PATIENCE):
        raise Unavailable(_BUSY)
    try:
        done = subprocess.run(worker, input=sent, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603  our own
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise Unavailable(_BUSY) from error
    finally:
        _one_at_a_time.release()
    return done.stdout


_BUSY = _("PDF-en ble ikke ferdig. Prøv igjen om litt, eller last ned som DOCX.")


def _data(made: Paper) -> dict[str, Any]:
    return {
        "language": made.language,
        "region": made.region,
        "heading": made.heading,
        "title": made.title,
        "facts": made.facts,
        "counts": [[label, str(count)] for label, count in made.counts],
        "notes": made.notes,
        "heads": heads(),
        "words": {
            "summed": gettext("Oppsummert"),
            "page": gettext("Side"),
            "of": gettext("av"),
            "reason": gettext("Begrunnelse:"),
            "change": gettext("Endring:"),
            "contents": gettext("Innhold"),
        },
        "sections": [
            {"heading": section.heading, "items": [_item(item) for item in section.items]} for section in made.sections
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return item._asdict() | {"number": str(item.number), "runs": [[list(piece) for piece in run] for run in item.runs]}
