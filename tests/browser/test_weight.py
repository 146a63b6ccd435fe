"""The first page that somebody who signs in sees, with nothing kept by the browser: what goes over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Enter


def test_the_first_page_is_light(enter: Enter, capsys: pytest.CaptureFixture[str]) -> None:
    person = enter("Anniken Skogfjær")
    session = person.context.new_cdp_session(person.page)
    asked: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def keep(event: dict[str, Any]) -> None:
        asked[event["requestId"]] = event["request"]["url"]

    def add(event: dict[str, Any]) -> None:
        sizes[asked[event["requestId"]]] = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", keep)
    session.on("Network.loadingFinished", add)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    person.page.goto(f"{person.base}/r/skarfjord/", wait_until="networkidle")
    fonts = [size for url, size in sizes.items() if url.endswith(".woff2")]
    size = sum(sizes.values()) - sum(fonts)
    with capsys.disabled():
        print(f"\nfirst page: {len(sizes)} requests, {size} bytes, and a font of {sum(fonts)} bytes")
    # The mark is on the page and on the tab: without a cache the browser may ask for it twice.
    assert len(sizes) <= 9 and set(asked.values()) == set(sizes), asked
    assert size <= 75_000, sizes
    assert len(fonts) == 1 and sum(fonts) <= 50_000
