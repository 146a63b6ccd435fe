"""The command `workspace bench pages`: pages of a big region over HTTP, each beside a bare Flask page of its size."""

from __future__ import annotations

import re
import secrets
import statistics
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import click

from workspace import assembly, create_app
from workspace import config as configuration
from workspace.accounts import service as accounts
from workspace.benchmarks import load, made_region, serving
from workspace.benchmarks.load import Load
from workspace.benchmarks.made_region import REGION, Made
from workspace.config import Config
from workspace.terminal import Terminal, close

RECORDS = 100_000
TURNS = 3  # a page and its bare page take turns, so that a busy machine is busy for both


@click.command("pages")
@click.option("--records", default=RECORDS, show_default=True, help="How many records the region has.")
@click.option("--seconds", default=2.0, show_default=True, help="How long each page is asked for, three times.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each page.")
def pages(records: int, seconds: float, as_json: bool) -> None:
    """Pages over HTTP: requests a second, times and size, and how many times a bare Flask page of that size."""
    terminal = Terminal()
    if load.generator() != "wrk":
        terminal.warn("wrk is not installed, so the load comes from a slower generator of our own")
    with tempfile.TemporaryDirectory() as folder:
        config = configuration.load({}, instance=Path(folder))
        made, cookie = _made(config, records)
        with serving.workspace(config) as port, serving.bare(config) as bare_port:
            for name, path in _paths(made).items():
                figures = {"page": name, "records": made.records} | _measured(port, bare_port, path, cookie, seconds)
                _say(terminal, figures | {"load": load.generator()}, as_json)
            _say(terminal, _weight(port, _paths(made)["home"], cookie), as_json)


def _made(config: Config, records: int) -> tuple[Made, str]:
    """The region, and the cookie of somebody who is signed in to it."""
    workspace = assembly.open_workspace(config)
    try:
        made = made_region.make(workspace, records)
        token = accounts.start_session(workspace, made.reader, device="bench")
        app = create_app(workspace)
        session = {"_user_id": token, "_fresh": True, "csrf_token": secrets.token_hex(20)}
        signed = app.session_interface.get_signing_serializer(app).dumps(session)  # type: ignore[attr-defined]
        return made, f"{app.config['SESSION_COOKIE_NAME']}={signed}"
    finally:
        close(workspace)


def _paths(made: Made) -> dict[str, str]:
    region = f"/r/{REGION}"
    return {
        "home": f"{region}/",
        "document with 100 comments": f"{region}/documents/{made.document}",
        "round of 18 x 40": f"{region}/rounds/{made.round}",
        "measure": f"{region}/measures/{made.measure}",
        "documents": f"{region}/documents/",
        "measures": f"{region}/measures/",
    }


def _measured(port: int, bare_port: int, path: str, cookie: str, seconds: float) -> dict[str, Any]:
    size = len(load.fetch(port, path, cookie))
    ours: list[Load] = []
    bare: list[Load] = []
    load.measure(port, path, cookie, min(1.0, seconds))  # warm
    for _turn in range(TURNS):
        bare.append(load.measure(bare_port, f"/{size}", "", seconds))
        ours.append(load.measure(port, path, cookie, seconds))
    return {
        "per_second": _median(each.per_second for each in ours),
        "p50_ms": _median(each.p50_ms for each in ours),
        "p99_ms": _median(each.p99_ms for each in ours),
        "bytes": size,
        "bare_per_second": _median(each.per_second for each in bare),
        "bare_p50_ms": _median(each.p50_ms for each in bare),
        "p50_to_bare": _median(one.p50_ms / other.p50_ms for one, other in zip(ours, bare, strict=True)),
    }


def _median(values: Iterable[float]) -> float:
    return round(float(statistics.median(values)), 2)


def _weight(port: int, path: str, cookie: str) -> dict[str, Any]:
    """What a browser that was never here fetches for the first page: the page, what its head names, and the pictures
    that style sheets name. In bytes over the wire, heads and all; the font by itself."""
    page, size = load.fetch_as_browser(port, path, cookie)
    sizes = {path: size}
    named = [address.decode() for address in re.findall(rb'<(?:link|script)[^>]+(?:href|src)="([^"]+)"', page)]
    for address in named:
        content, sizes[address] = load.fetch_as_browser(port, address)
        for picture in re.findall(rb"url\(([\w./-]+\.svg)\)", content if address.endswith(".css") else b""):
            at = urljoin(address, picture.decode())
            sizes[at] = load.fetch_as_browser(port, at)[1]
    fonts = [size for address, size in sizes.items() if address.endswith(".woff2")]
    return {
        "first_page": path,
        "requests": len(sizes),
        "bytes_over_the_wire": sum(sizes.values()) - sum(fonts),
        "fonts": len(fonts),
        "bytes_of_fonts": sum(fonts),
    }


def _say(terminal: Terminal, figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        terminal.json(figures)
    else:
        terminal.say("  ".join(f"{name} {value}" for name, value in figures.items()))
