"""A bare Flask page of any size, on the server of the product: what a page of ours is measured beside.

Run as a process of its own: `python -m workspace.benchmarks.bare PORT THREADS`.
"""

from __future__ import annotations

import sys

from flask import Flask, Response

from workspace import server


def app() -> Flask:
    """An application with one address: `/<size>` gives so many bytes."""
    made = Flask(__name__)

    @made.get("/<int:size>")
    def page(size: int) -> Response:
        return Response("x" * size, mimetype="text/html")

    return made


def main(port: int, threads: int) -> None:
    """Serve until stopped."""
    server.listening(app(), "127.0.0.1", port, threads).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
