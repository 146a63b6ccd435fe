"""A server that dies at the worst moment: after what was asked for is durable, and before the answer is sent.

`python -m tests.server.dying INSTANCE PORT PATH`: the first POST to an address that ends in PATH is its last.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask

from workspace import config, server


def dying(app: Flask, path: str) -> Flask:
    """The application, killed when it has made the answer to a POST to this path."""
    inner = app.wsgi_app

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        made = inner(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith(path):
            os.kill(os.getpid(), signal.SIGKILL)
        return made

    app.wsgi_app = answer
    return app


if __name__ == "__main__":
    instance, port, path = sys.argv[1:]
    create_app = server.create_app
    server.create_app = lambda workspace: dying(create_app(workspace), path)
    server.serve(config.load(instance=Path(instance), demo=True), "127.0.0.1", int(port))
