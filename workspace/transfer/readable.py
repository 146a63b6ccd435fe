"""Documents as files for people to read: Markdown with facts at the top, and what was said about it at the end.

Made from the records, which hold the truth; nothing is read back from here. Always in bokmål, because the file has no
reader whose language we know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from workspace.comments.model import NOT_TAKEN_IN, TAKEN_IN, Comment, Thread
from workspace.documents.model import PAGE_BREAK, Document, File, Version

_OSLO = ZoneInfo("Europe/Oslo")


Talk = tuple[Thread, list[Comment]]


def document(found: Document, talks: list[Talk], municipalities: Mapping[str, str], file: str) -> bytes:
    """The current version, with its comments. `file` is where its file is in the same zip, "" for none."""
    facts = {
        "title": found.title,
        "kind": found.kind,
        "date": found.date,
        "tags": list(found.tags),
        "municipalities": [f"{number} {municipalities.get(number, '')}".strip() for number in found.municipalities],
        "language": found.language,
        "audience": str(found.audience),
        "value_chain": found.value_chain,
        "version": found.number,
        "changed": when(found.changed_at),
        "changed_by": found.changed_name,
        "ref": found.ref,
        "file": file,
        "id": found.id,
    }
    return (front(facts) + _text(found.text, found.file) + _comments(talks)).encode("utf-8")


def version(found: Version, text: str, file: str) -> bytes:
    """An older version."""
    facts = {
        "title": found.title,
        "version": found.number,
        "note": found.note,
        "made": when(found.at),
        "made_by": found.name,
        "file": file,
    }
    return (front(facts) + _text(text, found.file)).encode("utf-8")


def comments(talks: list[tuple[str, list[Talk]]]) -> bytes:
    """What was said of texts that are no documents, by the title of each."""
    return "\n".join(f"# {' '.join(title.split())}\n{_comments(said)}" for title, said in talks).encode("utf-8")


def front(facts: Mapping[str, Any]) -> str:
    """Facts as YAML; each value is written as JSON, which YAML reads as it stands. Empty ones are left out."""
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items() if value)
    return "\n".join(["---", *lines, "---", "", ""])


def _text(text: str, file: File | None) -> str:
    """The text; pages and sheets get a heading each."""
    if file is None or not file.unit:
        return text.rstrip("\n") + "\n"
    word = "Ark" if file.unit == "sheet" else "Side"
    leaves = text.split(PAGE_BREAK) if text else []
    labels = [file.labels[at] if at < len(file.labels) else str(at + 1) for at in range(len(leaves))]
    return "\n".join(f"## {word} {label}\n\n{leaf.strip()}\n" for label, leaf in zip(labels, leaves, strict=True))


def _comments(talks: list[Talk]) -> str:
    if not talks:
        return ""
    return "\n## Kommentarer\n" + "".join(
        _thread(number, thread, comments) for number, (thread, comments) in enumerate(talks, start=1)
    )


def _thread(number: int, thread: Thread, comments: list[Comment]) -> str:
    page = f"side {thread.page}, " if thread.page else ""
    word = {TAKEN_IN: "tatt inn", NOT_TAKEN_IN: "ikke tatt inn"}.get(thread.outcome, "løst")
    solved = f", {word} {when(thread.resolved)} av {thread.resolved_name}" if thread.resolved is not None else ""
    solved += f": {' '.join(thread.reason.split())}" if thread.reason else ""
    quote = " ".join((thread.quote or thread.block_text).split())
    head = f"\n### {number}. Til {page}avsnitt {thread.block} i versjon {thread.number}{solved}\n\n«{quote}»\n"
    return head + "".join(_comment(comment) for comment in comments)


def _comment(comment: Comment) -> str:
    who = f"{comment.name} ({comment.party})" if comment.party else comment.name
    head = f"\n**{who}**, {when(comment.at)}"
    if comment.withdrawn is not None:
        return f"{head}: kommentaren er trukket.\n"
    if comment.removed is not None:
        return f"{head}: fjernet av prosesslederen: {' '.join(comment.removed_reason.split())}\n"
    source = f" (ført inn av {comment.entered_name}, kilde: {comment.source})" if comment.entered_by else ""
    said = "\n".join(f"> {line}".rstrip() for line in comment.said.splitlines())
    return f"{head}{source}:\n\n{said}\n"


def when(moment: datetime) -> str:
    """A moment on a Norwegian clock: 23.11.2026 kl. 15.44."""
    return f"{moment.astimezone(_OSLO):%d.%m.%Y kl. %H.%M}"
