"""The pictures of the guide, taken from the running demo: `make guide`.

A demo region of its own is served on this machine, and each picture is taken as one of its people sees the page. So
they are as the product is, and are taken anew when it changes. Names stay the same; tests compare them with the guide.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import chromium
from tests.running import ROOT, command, environment, serving

FOLDER = ROOT / "docs" / "veileder" / "bilder"
SHADES = 128  # colours of a picture: enough for pages, and a third of the size
WIDE, PHONE = 1280, 390
AROUND = 14  # pixels shown around a part of a page
HOST = "regionrom.example"  # what stands in the addresses on the pages, whatever port the server has

EIVIND, MARIT, ODDGEIR, INGVILL = "Eivind Tareskjær", "Marit Elvheim-Strand", "Oddgeir Kvernmo", "Ingvill Tindeskar"
PLAN = "/documents/?kind=plan > /documents/[0-9a-z]{26}"
ROUND = "/rounds/ > /rounds/[0-9a-z]{26}"
PARAGRAPH = ".rekke:has(.komm):not(:has(table, ul, ol, .trad))"
WRITTEN_IN = ".rekke:has([id^='place-'] textarea)"
MEASURE = f"{ROUND} > /measures/[0-9a-z]{{26}}"


@dataclass(frozen=True)
class Picture:
    """One picture: whose page, where, and which part of it.

    A path is where to begin, and after each « > » a pattern of the link to go on by.
    """

    name: str
    who: str
    path: str
    part: str = "main"  # the selector of what is shown
    height: int = 720  # what is longer is cut
    width: int = WIDE
    first: Callable[[Page], None] = lambda page: None  # what is done before


def _comment(page: Page) -> None:
    page.locator(PARAGRAPH).nth(1).get_by_role("link", name="Kommenter").click()
    page.locator(f"{WRITTEN_IN} [id^='place-'] textarea:not([hidden])").first.fill(
        "Her bør det stå hvem som følger opp."
    )


def _suggest(page: Page) -> None:
    page.locator(PARAGRAPH).nth(1).get_by_role("link", name="Foreslå endring").click()
    page.locator(f"{WRITTEN_IN} [id^='place-'] textarea:not([hidden])").first.wait_for()


def _settle(page: Page) -> None:
    page.locator("#document .trad").filter(has_text="Forslag").first.click()
    page.locator("#document .trad[open] details:has-text('Tatt inn eller ikke?')").last.evaluate(
        "act => act.open = true"
    )


def _choose_rule(page: Page) -> None:
    page.get_by_label("Så mange må støtte eller kunne leve med").select_option(index=2)
    page.get_by_label("Flest forbehold").select_option(index=0)
    page.wait_for_timeout(800)  # until the example has followed


def _start_meeting(page: Page) -> None:
    start = page.get_by_role("button", name="Start møtet")
    if start.count():
        start.click()
        page.get_by_role("button", name="Avslutt møtet").wait_for()


# In the order they are taken: acts, which change what later pictures show, come last.
PICTURES = (
    Picture("forsiden", EIVIND, "/", "body", 760),
    Picture("dokumenter", EIVIND, "/documents/", height=620),
    Picture("kommenter", EIVIND, PLAN, WRITTEN_IN, first=_comment),
    Picture("foresla-endring", EIVIND, PLAN, WRITTEN_IN, first=_suggest),
    Picture("svar-telefon", EIVIND, f"{ROUND} > /rounds/[0-9a-z]{{26}}/answer", "body", 1240, PHONE),
    Picture("tavla", EIVIND, ROUND, height=760),
    Picture("varsler", EIVIND, "/notices/", height=560),
    Picture("svarpanel", EIVIND, MEASURE, "form:has(.stemme)", 760),
    Picture("inviter", MARIT, "/members", "#inviter"),
    Picture("kommunestemmer", MARIT, "/members", ".ramme:has(a[href$='#hvem-svarer'])", 520),
    Picture("ny-runde", MARIT, "/rounds/new", "fieldset:has-text('Når er det konsensus?')", first=_choose_rule),
    Picture("tavla-prosessleder", MARIT, f'{ROUND} > /rounds/[0-9a-z]{{26}}\\?order=outcome[^"]*', "#board", 760),
    Picture("paminning", MARIT, ROUND, "form[action$='/reminders']"),
    Picture("utfall", MARIT, ROUND, "section:has(#closing)", 760),
    Picture("mekling", MARIT, f"{ROUND} > /rounds/[0-9a-z]{{26}}/measures/[0-9a-z]{{26}}/mediation", height=820),
    Picture("hvem-er-stille", MARIT, "/silence", height=640),
    Picture("horing", MARIT, f'{PLAN} > /hearings/new[^"]*', height=760),
    Picture("last-opp", ODDGEIR, "/documents/uploads/new", height=760),
    Picture("rediger", ODDGEIR, f"{PLAN} > /documents/[0-9a-z]{{26}}/edit", height=640),
    Picture("versjoner", ODDGEIR, f"{PLAN} > /documents/[0-9a-z]{{26}}/versions", height=720),
    Picture("sok", ODDGEIR, "/search?q=kjølelager", height=640),
    Picture(
        "utfall-av-trad",
        ODDGEIR,
        f"{PLAN} > /documents/[0-9a-z]{{26}}\\?threads=open",
        "#document .trad[open]",
        900,
        first=_settle,
    ),
    Picture("tiltak", ODDGEIR, "/measures/", height=760),
    Picture("arbeidsplan", ODDGEIR, "/plan-of-work/", height=640),
    Picture("medlemmer", INGVILL, "/members", "section:has(table)", 520),
    Picture("logg", INGVILL, "/log", height=640),
    Picture("mote", MARIT, f"{ROUND} > /rounds/[0-9a-z]{{26}}/meeting", height=600, first=_start_meeting),
    Picture("storskjerm", MARIT, f"{ROUND} > /rounds/[0-9a-z]{{26}}/wall", "body", 800),
)


@contextmanager
def _seen_by(browser: Browser, base: str, picture: Picture) -> Iterator[Page]:
    """A page of the browser, signed in as the person of a picture."""
    context = browser.new_context(viewport={"width": picture.width, "height": max(900, picture.height)}, locale="nb-NO")
    page = context.new_page()
    page.goto(f"{base}/step-in")
    page.get_by_role("button", name=f"Gå inn som {picture.who}").click()
    page.wait_for_url("**/r/skarfjord/")
    yield page
    context.close()


def _go(page: Page, base: str, path: str) -> None:
    """Follow a path. Raises LookupError where a page has no such link."""
    start, *patterns = path.split(" > ")
    page.goto(f"{base}/r/skarfjord{start}")
    for pattern in patterns:
        found = re.search(rf'href="(?:{re.escape(base)})?(/r/skarfjord{pattern})"', page.content())
        if found is None:
            raise LookupError(f"{page.url} has no link like {pattern}")
        page.goto(base + found[1].replace("&amp;", "&"))


def take(browser: Browser, base: str, picture: Picture) -> bytes:
    """One picture, as a lossless WebP."""
    with _seen_by(browser, base, picture) as page:
        _go(page, base, picture.path)
        picture.first(page)
        page.evaluate("document.fonts.ready")
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
        box = page.locator(picture.part).first.bounding_box()
        if box is None:
            raise LookupError(f"{picture.name}: {page.url} has no {picture.part}")
        scrolled = page.evaluate("scrollY")
        around = 0 if picture.part in {"body", "main"} else AROUND
        left, top = max(0, box["x"] - around), max(0, box["y"] + scrolled - around)
        clip = {
            "x": left, "y": top, "width": min(box["width"] + 2 * around, picture.width - left),
            "height": min(box["height"] + 2 * around, picture.height),
        }  # fmt: skip
        shot = page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")
    drawn = Image.open(io.BytesIO(shot)).convert("RGB").quantize(SHADES, dither=Image.Dither.NONE).convert("RGB")
    kept = io.BytesIO()
    drawn.save(kept, "WEBP", lossless=True, method=6)
    return kept.getvalue()


def main(*names: str) -> None:
    """Take all pictures anew, or those that are named. Those the guide no longer has are removed."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        instance = Path(place) / "instance"
        instance.mkdir()
        (instance / "config.py").write_text(f'BASE_URL = "http://{HOST}"\n', encoding="utf-8")
        made = command(instance, "demo")
        if made.returncode:
            raise SystemExit(made.stderr)
        with serving(instance, "--demo") as running:
            rules = f"--host-resolver-rules=MAP {HOST}:80 127.0.0.1:{running.port}"
            browser = playwright.chromium.launch(
                executable_path=chromium(),
                args=["--no-sandbox", "--disable-gpu", "--lang=nb", "--no-proxy-server", rules],
                env={**environment(), "LANGUAGE": "nb"},
            )
            for picture in [one for one in PICTURES if not names or one.name in names]:
                taken = take(browser, f"http://{HOST}", picture)
                (FOLDER / f"{picture.name}.webp").write_bytes(taken)
                print(f"{picture.name}.webp  {len(taken) // 1024} kB")
            browser.close()
    for path in FOLDER.glob("*.webp"):
        if path.stem not in {picture.name for picture in PICTURES}:
            path.unlink()
    print(f"{sum(path.stat().st_size for path in FOLDER.glob('*.webp')) // 1024} kB in all")


if __name__ == "__main__":
    main(*sys.argv[1:])
