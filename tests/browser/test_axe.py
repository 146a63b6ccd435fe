"""axe-core on every page, light and dark, wide and narrow: no violations."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.browser.conftest import Enter, Person

AXE = Path(__file__).parent.parent / "fixtures" / "axe-4.14.1.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = [
    "/", "/documents/", "/documents/?kind=plan", "/documents/new", "/measures/", "/measures/new", "/rounds/",
    "/rounds/new", "/search?q=kjølelager", "/search?q=finnesikkenoested", "/search", "/members", "/nothing-here",
]  # fmt: skip


def violations(person: Person) -> list[str]:
    """What axe finds on the page that is open. Run in the page's own world, past its CSP, as a tester would."""
    session = person.context.new_cdp_session(person.page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}})
    found = session.send(
        "Runtime.evaluate",
        {"expression": f"axe.run(document, {options})", "awaitPromise": True, "returnByValue": True},
    )
    session.detach()
    return [
        f"{violation['id']}: {node['target']} {node['html'][:160]}"
        for violation in found["result"]["value"]["violations"]
        for node in violation["nodes"]
    ]


def linked(person: Person, start: str, pattern: str) -> str:
    """The first address on a page that fits."""
    person.open(start)
    found = re.search(rf"/r/skarfjord({pattern})", person.page.content())
    assert found is not None, pattern
    return found[1]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_has_violations(enter: Enter, width: int, dark: bool, capsys: pytest.CaptureFixture[str]) -> None:
    person = enter("Marit Elvheim-Strand", width, dark=dark)
    document = linked(person, "/documents/?kind=plan", r"/documents/\w{26}")
    measure = linked(person, "/measures/", r"/measures/\w{26}")
    round_ = linked(person, "/rounds/", r"/rounds/\w{26}")
    paths = [
        *PATHS, document, f"{document}?comment=2", f"{document}?threads=resolved", f"{document}/edit",
        f"{document}/versions", f"{document}/versions/1", measure, f"{measure}/edit", round_, f"{round_}/answer",
    ]  # fmt: skip
    found = {}
    for path in paths:
        person.open(path)
        found[path] = violations(person)
    for path in ("/profile", "/regions", "/step-in"):
        person.page.goto(person.base + path)
        found[path] = violations(person)
    person.context.clear_cookies()
    person.page.goto(f"{person.base}/sign-in")
    found["/sign-in"] = violations(person)
    with capsys.disabled():
        print(f"\naxe: {len(found)} pages at {width} px, {'dark' if dark else 'light'}")
    assert {path: problems for path, problems in found.items() if problems} == {}
    assert person.complaints == []


def test_a_refused_form_has_no_violations(enter: Enter) -> None:
    person = enter("Oddgeir Kvernmo")
    person.open("/documents/new")
    person.page.eval_on_selector("#document-form", "form => { form.noValidate = true }")
    person.page.get_by_role("button", name="Lagre dokumentet").click()
    person.page.wait_for_selector(".ds-error-summary")
    assert violations(person) == []
