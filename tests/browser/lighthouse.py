"""Lighthouse on five pages of the demo region: `make lighthouse`. Prints the figures; ends with 1 where one is too low.

Lighthouse is no dependency: npx fetches it when somebody asks. Its figures of speed are those of this machine, so that
this is no test.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from pathlib import Path

from tests.browser import stage
from tests.browser.conftest import chromium
from tests.running import command, serving

LIGHTHOUSE = "lighthouse@12"
TRIES = 3
LEAST = {"performance": 95, "accessibility": 95, "best-practices": 93}
PAGES = {
    "step in": "/step-in",
    "home": "/r/skarfjord/",
    "document": "/r/skarfjord/documents/{plan}",
    "measure": "/r/skarfjord/measures/{other}",
    "search": "/r/skarfjord/search?q=kai",
}


def main() -> int:
    """Measure each page, and say how it went."""
    if not (shutil.which("npx") and chromium()):
        sys.stderr.write("Node's npx and a Chromium are needed\n")
        return 2
    low = False
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        command(instance, "demo")
        places = stage.furnish(instance).places
        with serving(instance, "--demo") as running:
            cookie = stepped_in(running.base, places["voter"])
            for name, path in PAGES.items():
                scores = measured(running.base + path.format(**places), "" if name == "step in" else cookie)
                low = low or any(scores[kind] < least for kind, least in LEAST.items())
                sys.stdout.write(f"{name:10}" + "  ".join(f"{kind} {score}" for kind, score in scores.items()) + "\n")
                sys.stdout.flush()
    return int(low)


def stepped_in(base: str, person: str) -> str:
    """The cookie of somebody who has stepped in."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    token = re.search(r'name="csrf_token" value="([^"]+)"', opener.open(f"{base}/step-in").read().decode())
    typed = {"csrf_token": token[1] if token else "", "person": person}
    opener.open(f"{base}/step-in", urllib.parse.urlencode(typed).encode())
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def measured(url: str, cookie: str) -> dict[str, int]:
    """The scores of one page, 0 to 100, as a phone sees it."""
    words = [
        "npx", "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", f"--only-categories={','.join(LEAST)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        *([f"--extra-headers={json.dumps({'Cookie': cookie})}"] if cookie else []),
    ]  # fmt: skip
    environment = os.environ | {"CHROME_PATH": chromium()}
    for _time in range(TRIES):  # on a busy machine its trace is lost now and then, and it asks to be run again
        said = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
        if said.returncode == 0:
            categories = json.loads(said.stdout)["categories"]
            return {kind: round(categories[kind]["score"] * 100) for kind in LEAST}
    raise RuntimeError(said.stderr)


if __name__ == "__main__":
    sys.exit(main())
