"""Regionrom: a workspace in which the municipalities of a region make a joint business-development plan."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from workspace import config as configuration
from workspace.parts import Workspace

__version__ = "0.1.0"


def create_app(workspace: Workspace | None = None) -> Flask:
    """Put the parts together. Without a workspace, the settings of the environment say which parts."""
    from workspace import assembly, compression, headers, keeping, pieces, request_log, text, web
    from workspace.accounts import routes as accounts
    from workspace.comments import (
        confirming_routes,  # noqa: F401  so does this
        live_routes,  # noqa: F401  so does this
        suggestion_routes,  # noqa: F401  and these
    )
    from workspace.comments import life_routes as thread_routes  # noqa: F401  puts its addresses on that of comments
    from workspace.comments import routes as comments
    from workspace.cookies import SessionCookies
    from workspace.documents import routes as documents
    from workspace.documents import version_routes  # noqa: F401  puts its addresses on the blueprint of documents
    from workspace.files import routes as files
    from workspace.hearings import answer_routes as hearing_answers  # noqa: F401  addresses of hearings
    from workspace.hearings import public_routes as public_hearings
    from workspace.hearings import report_routes as hearing_reports  # noqa: F401  the same
    from workspace.hearings import routes as hearings
    from workspace.help import routes as help_pages
    from workspace.history import routes as history
    from workspace.measures import act_routes, sheet_routes  # noqa: F401  they put theirs on that of measures
    from workspace.measures import board_routes as opportunities
    from workspace.measures import routes as measures
    from workspace.notices import outbox_routes, stop_routes  # noqa: F401  the first puts its addresses on that of notices
    from workspace.notices import routes as notices
    from workspace.regions import group_routes as groups
    from workspace.regions import routes as regions
    from workspace.rounds import (  # noqa: F401  put their addresses on the blueprint of rounds
        amendment_routes,
        answer_routes,
        behalf_routes,
        comment_routes,
        life_routes,
        making_routes,
        mediation_routes,
        meeting_routes,
        paper_routes,
        points_routes,
        reminder_routes,
        result_routes,
        silence_routes,
        text_routes,
    )
    from workspace.rounds import meeting_guest_routes as meetings
    from workspace.rounds import routes as rounds
    from workspace.search import routes as search
    from workspace.transfer import own
    from workspace.workplan import money_routes, report_routes, table_routes  # noqa: F401  addresses of workplan
    from workspace.workplan import routes as workplan

    workspace = workspace or assembly.open_workspace(configuration.load())
    settings = workspace.config
    app = Flask(
        "workspace",
        template_folder=str(configuration.folder("templates")),
        static_folder=str(configuration.folder("static")),
        instance_path=str(settings.instance),
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=settings.hosts,
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-regionrom" if settings.secure else "regionrom",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
    )
    app.session_interface = SessionCookies(app)
    app.extensions["workspace"] = workspace
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    request_log.init_app(app)
    text.init_app(app)
    accounts.init_app(app)
    app.extensions["own_data"] = own.packed
    regions.init_app(app)
    web.init_app(app)
    compression.init_app(app)
    headers.init_app(app)
    keeping.init_app(app)
    pieces.init_app(app)
    for room in (
        accounts,
        regions,
        groups,
        documents,
        files,
        comments,
        measures,
        opportunities,
        rounds,
        meetings,
        workplan,
        hearings,
        public_hearings,
        notices,
        stop_routes,
        history,
        search,
        help_pages,
    ):
        app.register_blueprint(room.blueprint)
    return app
