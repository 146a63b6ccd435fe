"""A real Chromium on a server with the demo region."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.running import Running, serving

WIDTHS = {"wide": 1280, "phone": 390}
PATIENCE = 20_000  # ms; a machine that does other work too is slow now and then
expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """The Chromium of this machine, "" without one."""
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome"):
        found = shutil.which(name)
        if found:
            return found
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            # Two browsers, a server and what they say to each other: one that was too slow is asked once more, and the
            # report says so. What is wrong is wrong again.
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, or why there is none."""
    path = chromium()
    if not path:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("no Chromium found, and REQUIRE_BROWSER=1")
        pytest.skip("no Chromium found: browser tests are skipped")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield started
        started.close()


@pytest.fixture(scope="module")
def prepared(built: Path) -> Path:
    """The instance with the demo region that the tests of a file begin with; a file may prepare another."""
    return built


@pytest.fixture(scope="module")
def shared(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on a demo region of its own for each file of tests."""
    with _served(prepared, tmp_path_factory) as running:
        yield running


@pytest.fixture
def demo(
    request: pytest.FixtureRequest, shared: Running, prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """The server of the file; one of its own for a test that is asked again, since it left something half done."""
    if getattr(request.node, "execution_count", 1) == 1:
        yield shared
        return
    with _served(prepared, tmp_path_factory) as running:
        yield running


@contextmanager
def _served(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    instance = tmp_path_factory.mktemp("browser") / "instance"
    shutil.copytree(prepared, instance)
    with serving(instance, "--demo") as running:
        yield running


def harmless(said: str) -> bool:
    """Whether the browser only remarks on what is as we mean it: htmx gives the new heading its focus itself."""
    remarks = ("Failed to load resource", "Autofocus processing was blocked")
    return said.startswith("[DOM]") or any(remark in said for remark in remarks)


def fits(page: Page) -> bool:
    """Whether the page that is open, or on its way, does not scroll sideways. Playwright waits for an element of a
    page that is on its way; a bare `evaluate` would be lost with the page before it."""
    window = page.viewport_size
    return window is not None and bool(page.locator("html").evaluate("html => html.scrollWidth") <= window["width"])


class Person:
    """Somebody at a browser."""

    def __init__(self, context: BrowserContext, demo: Running, name: str) -> None:
        self.context = context
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", self._asked)
        self.page.on("request", self._sent)
        self.base = demo.base
        self.page.goto(f"{demo.base}/step-in")
        self.page.get_by_role("button", name=f"Gå inn som {name}").click()
        self.page.wait_for_url("**/r/skarfjord/")

    def _heard(self, message: Any) -> None:
        if not harmless(message.text):
            self.complaints.append(message.text)

    def _asked(self, dialog: Any) -> None:
        self.complaints.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    def _sent(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:")):
            self.complaints.append(f"a request to another host: {request.url}")

    def open(self, path: str) -> None:
        """Go to a page of the region."""
        self.page.goto(f"{self.base}/r/skarfjord{path}")


Enter = Callable[..., Person]


@pytest.fixture
def enter(browser: Browser, demo: Running) -> Iterator[Enter]:
    """Let somebody in: `enter("Marit Elvheim-Strand", width=390, script=False)`."""
    contexts: list[BrowserContext] = []

    def let_in(name: str, width: int = 1280, *, script: bool = True, dark: bool = False) -> Person:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            locale="nb-NO",
        )
        contexts.append(context)
        return Person(context, demo, name)

    yield let_in
    for context in contexts:
        context.close()
