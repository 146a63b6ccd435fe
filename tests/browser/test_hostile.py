"""Hostile texts through comment, document, measure and reason, in a real browser under the real CSP: nothing runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.browser.conftest import Enter, Person

TEXTS = [
    one["payload"] for one in json.loads((Path(__file__).parent.parent / "fixtures" / "hostile-text.json").read_text())
]
BATCH = 46  # texts in one document
WRITTEN = ".avsnitt, #what .avsnitt, .kommentar, #reasons .trad div"  # where what people wrote is shown


def typed(texts: list[str]) -> str:
    """Texts as a person may type them: no NUL and no lone surrogates, which are refused or stripped before."""
    return "\n\n".join(text.replace("\x00", "").encode("utf-8", "ignore").decode() for text in texts)


def post(person: Person, path: str, fields: dict[str, str]) -> str:
    """Post a form as the page itself would, and open what it leads to; answers its address."""
    page = person.page
    token = page.evaluate("""JSON.parse(document.body.getAttribute("hx-headers:inherited"))["X-CSRFToken"]""")
    answer = person.context.request.post(
        f"{person.base}/r/skarfjord{path}", form={"csrf_token": token, **fields},
        headers={"Origin": person.base, "Sec-Fetch-Site": "same-origin"},
    )  # fmt: skip
    assert answer.status in {200, 422}, answer.status
    return answer.url


def look(person: Person, address: str) -> None:
    """Open a page, touch what is in it, and see that nothing ran."""
    person.page.goto(address)
    person.page.mouse.move(400, 400)
    person.page.evaluate(
        """() => document.querySelectorAll("main *").forEach((element) => {
          for (const kind of ["mouseover", "focus", "error", "load", "click"]) {
            if (kind !== "click" || !element.closest("a, button, summary, label, input"))
              element.dispatchEvent(new Event(kind, { bubbles: true }));
          }
        })"""
    )
    person.page.wait_for_timeout(50)
    for rule, what in (
        ("main :is(script, iframe, object, embed, img, form form)", "an element that nobody may write"),
        (f":is({WRITTEN}) :is([style], [name], [srcdoc], [hx-get], [hx-post], [data-hx-get])", "an attribute"),
        (f":is({WRITTEN}) :is([onclick], [onload], [onerror], [onmouseover], [onfocus])", "a handler"),
    ):
        assert person.page.locator(rule).count() == 0, what
    addresses = person.page.eval_on_selector_all("main a[href]", "links => links.map((link) => link.href)")
    assert all(re.match("(https?|mailto):", one) for one in addresses)


@pytest.mark.parametrize("at", range(0, len(TEXTS), BATCH))
def test_nothing_runs_from_a_document_or_its_comments(enter: Enter, at: int) -> None:
    person = enter("Oddgeir Kvernmo")
    text = typed(TEXTS[at : at + BATCH])
    title = " ".join(TEXTS[at].split())[:150] or "x"
    address = post(
        person,
        "/documents/",
        {"title": title, "text": text, "kind": "note", "language": "nb", "audience": "region", "tags": title[:50]},
    )
    look(person, address)
    id = address.rpartition("/")[2]
    post(person, f"/documents/{id}/threads", {"block": "1", "text": text})
    look(person, address)
    look(person, f"{person.base}/r/skarfjord/")
    look(person, f"{person.base}/r/skarfjord/documents/")
    look(person, f"{person.base}/r/skarfjord/search?q=alert+script+javascript")
    assert person.complaints == []


def test_nothing_runs_from_a_measure_or_a_reason(enter: Enter) -> None:
    leader = enter("Marit Elvheim-Strand")
    text = typed(TEXTS)[:60_000]
    title = " ".join(TEXTS[0].split())[:150]
    fields = {
        "title": title,
        "text": text,
        "horizon": "short",
        "responsible": title,
        "how-9001": title,
        "regional_benefit": title,
    }
    measure = post(leader, "/measures/", fields).rpartition("/")[2].partition("?")[0]
    made = post(leader, "/rounds/", {
        "title": title, "measures": measure, "closes": "2099-01-01T12:00", "quorum": "3/4", "support": "3/4",
        "blocks_stop": "1", "visibility": "named", "method": "consensus", "counted_by": "municipality", "points": "10",
        "most_points": "4", "meaning-consensus-5": typed(TEXTS)[:200],
    }).rpartition("/")[2]  # fmt: skip
    post(leader, f"/rounds/{made}/opening", {})
    participant = enter("Anniken Skogfjær")
    post(
        participant,
        f"/rounds/{made}/measures/{measure}/answers",
        {"value": "2", "reason": typed(TEXTS)[:4_900], "voice": "9001"},
    )
    for person in (leader, participant):
        for path in (f"/measures/{measure}", f"/rounds/{made}", "/measures/", "/rounds/", "/"):
            look(person, f"{person.base}/r/skarfjord{path}")
        assert person.complaints == []
