"""A line of JSON for each request: enough to find a fault, nothing about a person that could be read back.

No bodies, names, addresses, votes or tokens; of the address only the route's name, of the person only a keyed hash.
"""

from __future__ import annotations

import hmac
import json
import logging
import sys
import time
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request

from workspace import web
from workspace.config import Config
from workspace.parts import random_bytes

logger = logging.getLogger("workspace.requests")
blueprint = Blueprint("health", __name__)
_as_json = json.JSONEncoder(ensure_ascii=False).encode


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; a line end in a value can't break it."""
        line: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": record.levelname}
        line |= getattr(record, "fields", None) or {"message": record.getMessage()}
        if record.exc_info:
            kind, _value, trace = record.exc_info
            line["error"] = kind.__name__ if kind else ""
            line["where"] = [
                f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)
            ]
        return _as_json(line)


def start(config: Config) -> None:
    """Log to standard error, as lines of JSON."""
    # None of our lines says in which thread or process it was written, so logging need not find out for each.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(config.log_level)
    logging.getLogger("waitress").setLevel(logging.ERROR)


def init_app(app: Flask) -> None:
    """Give each request an id, and log it when it is answered."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(Exception, _fault)
    app.register_blueprint(blueprint)


def _begin() -> None:
    g.request_id = random_bytes()[:8].hex()
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    fields = {
        "request": g.get("request_id", ""),
        "method": request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other",
        "route": request.endpoint or "none",
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        "person": _pseudonym(web.me().person),
    }
    if logger.isEnabledFor(logging.INFO):  # without looking for the line that logs: it is always this one
        record = logger.makeRecord(
            logger.name, logging.INFO, __file__, 0, "request", (), None, extra={"fields": fields}
        )
        logger.handle(record)
    return response


def _pseudonym(person: str | None) -> str:
    """The same for the same person, but not to be read back without the installation's secret."""
    if person is None:
        return ""
    return _hashed(str(current_app.config["SECRET_KEY"]), person)


@lru_cache(maxsize=2_000)
def _hashed(secret: str, person: str) -> str:
    return hmac.digest(secret.encode(), person.encode(), "sha256").hex()[:12]


def _fault(error: Exception) -> Response:
    """What nobody foresaw: logged with where it happened, told with the request's id."""
    logger.error("fault", exc_info=error, extra={"fields": {"request": g.get("request_id", "")}})
    return web.problem(500, web.translate(web.fault_text(g.get("request_id", ""))))


@blueprint.get("/healthz")
@web.public("watched by machines; says nothing about content")
def healthz() -> Response:
    """The process lives."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@web.public("watched by machines; says nothing about content")
def readyz() -> Response:
    """It can serve and write; 503 with the reason when not."""
    readiness = current_app.extensions.get("readiness")
    why_not = readiness.why_not() if readiness else ""
    if not why_not and not web.workspace().stores.writable():
        why_not = "the store takes no writes"
    return Response(f"{why_not or 'ready'}\n", 503 if why_not else 200, mimetype="text/plain")
