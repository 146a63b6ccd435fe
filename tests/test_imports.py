"""Who may import whom: rooms point one way, models stay pure, and only two places choose products."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "workspace"
FILES = sorted(path for path in PACKAGE.rglob("*.py"))
ROOMS = (
    "accounts",
    "regions",
    "documents",
    "files",
    "comments",
    "measures",
    "workplan",
    "rounds",
    "hearings",
    "notices",
    "history",
    "search",
    "transfer",
    "demo",
    "help",
)
MAY_KNOW = {
    "help": {"accounts", "regions"},
    "accounts": set(),
    "regions": {"accounts"},
    "documents": {"accounts", "regions"},
    "files": {"accounts", "regions", "documents"},
    "comments": {"accounts", "regions", "documents", "files"},
    "measures": {"accounts", "regions", "documents"},
    "workplan": {"accounts", "regions", "documents", "measures"},
    "rounds": {"accounts", "regions", "documents", "comments", "measures"},
    "hearings": {"accounts", "regions", "documents", "files", "comments", "measures", "rounds"},
    "notices": {
        "accounts",
        "regions",
        "documents",
        "files",
        "comments",
        "measures",
        "workplan",
        "rounds",
        "hearings",
    },
    "history": {
        "accounts",
        "regions",
        "documents",
        "comments",
        "measures",
        "workplan",
        "rounds",
        "hearings",
        "notices",
    },
    "search": {"accounts", "regions", "documents", "files", "comments", "measures", "rounds", "hearings"},
    "transfer": {
        "accounts",
        "regions",
        "documents",
        "files",
        "comments",
        "measures",
        "workplan",
        "rounds",
        "hearings",
        "notices",
        "search",
    },
    "demo": {
        "accounts",
        "regions",
        "documents",
        "files",
        "comments",
        "measures",
        "workplan",
        "rounds",
        "hearings",
        "notices",
    },
}
# Of search every room may know the shape of an entry, and how text becomes words: both are pure.
OPEN_TO_ALL = ("port", "analysis", "asking", "passages", "lexicon")
LOOKS_INTO_ALL = {"regions/home.py", "regions/home_news.py"}  # the home page reads every room through its service
# The files of the demo are made where they are described: each is a source as much as a text of the demo is.
PRODUCTS = {
    "tinydb": ("store", "benchmarks/plain_tinydb.py"),
    "whoosh": "search/whoosh",
    "psycopg": ("store/postgres/", "search/postgres/"),
    "psycopg_pool": ("store/postgres/", "search/postgres/"),
    "waitress": "server.py",
    "markdown": "rendering.py",
    "nh3": "rendering.py",
    "pypdfium2": "extraction/pdf.py",
    "mammoth": "extraction/word.py",
    "openpyxl": ("extraction/sheets.py", "tables.py", "demo/attachments/figures.py"),
    "PIL": "extraction",
    "nacl": "rounds/sealing.py",
    "rapidfuzz": ("search/postings.py", "search/spelling.py", "measures/similar.py"),
    "bs4": "extraction/web_page.py",
    "segno": "rounds/meeting_qr.py",
    "docx": ("rounds/protocol_file.py", "hearings/report_word.py", "demo/attachments/note.py"),
    "typst": ("hearings/typesetting.py", "demo/attachments/printed_report.py"),
    "smtplib": "mail.py",
    "imaplib": "notices/imap.py",
}
WEB = {"flask", "flask_babel", "flask_login", "flask_wtf", "htmx_flask", "werkzeug"}


def imports_of(path: Path) -> set[str]:
    """The modules a file imports, as dotted names; `from a import b` gives both a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def rooms_known(path: Path) -> set[str]:
    parts = (module.split(".") for module in imports_of(path) if module.startswith("workspace."))
    return {part[1] for part in parts if len(part) > 1 and part[1] in ROOMS}


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name in ROOMS], ids=name)
def test_rooms_point_one_way(path: Path) -> None:
    room = path.parent.name
    allowed = MAY_KNOW[room] | {room}
    if name(path) in LOOKS_INTO_ALL or (room, path.name) == ("regions", "routes.py"):
        allowed |= set(ROOMS)
    known = rooms_known(path)
    modules = {module for module in imports_of(path) if module.startswith("workspace.search.")}
    if modules and all(module.split(".")[2] in OPEN_TO_ALL for module in modules):
        known -= {"search"}
    assert known <= allowed


PURE = {"model.py", "verdict.py", "scale.py", "suppression.py"}


@pytest.mark.parametrize("path", [path for path in FILES if path.name in PURE], ids=name)
def test_models_are_pure(path: Path) -> None:
    outside = {module.split(".")[0] for module in imports_of(path)} - {"workspace", "__future__"}
    assert not outside & (WEB | set(PRODUCTS) | {"os", "pathlib", "time", "random", "secrets", "socket", "requests"})
    inside = {module for module in imports_of(path) if module.startswith("workspace.")}
    assert not any(module.endswith(("service", "routes", "web")) for module in inside)


SERVICES = {
    "service.py", "importing.py", "uploading.py", "limits.py", "once.py", "board.py", "life.py", "merging.py",
    "costs.py", "planning.py", "overview.py", "sharing.py", "silence.py", "subjects.py",
    "answering.py", "assessing.py", "door.py", "report.py", "changes.py",
    "meeting_leading.py", "meeting_guests.py", "meeting_hands.py", "meeting_wall.py",
}  # fmt: skip
WITHOUT_ROUTES = {"transfer"}  # rooms of services only, beside their commands


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name in SERVICES or path.parent.name in WITHOUT_ROUTES], ids=name
)
def test_services_know_neither_the_web_nor_adapters(path: Path) -> None:
    modules = imports_of(path)
    assert not {module.split(".")[0] for module in modules} & (WEB | set(PRODUCTS))
    adapters = (
        "workspace.store.tinydb",
        "workspace.store.journal",
        "workspace.store.postgres",
        "workspace.search.whoosh",
        "workspace.search.postgres",
        "workspace.web",
    )
    assert not any(module.startswith(adapters) for module in modules)


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_product_is_known_in_one_place(product: str) -> None:
    place = PRODUCTS[product]
    users = {name(path) for path in FILES if product in {module.split(".")[0] for module in imports_of(path)}}
    assert users
    assert all(user.startswith(place) for user in users), users


def test_only_the_assembly_chooses_adapters() -> None:
    adapters = (
        "workspace.store.tinydb",
        "workspace.store.postgres",
        "workspace.search.whoosh",
        "workspace.search.postgres",
    )
    users = {name(path) for path in FILES if any(module.startswith(adapters) for module in imports_of(path))}
    assert {user for user in users if not user.startswith(("store/", "search/"))} == {
        "assembly.py",
        "benchmarks/retrieval.py",
        "benchmarks/store.py",
    }


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        name(path)
        for path in FILES
        if "environ" in path.read_text(encoding="utf-8") and "os.environ" in path.read_text()
    }
    assert readers == {"config.py"}


@pytest.mark.parametrize("template", sorted((PACKAGE.parent / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_no_script_style_or_raw_values(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for forbidden in ("<style", " style=", "hx-on", "js:", "|safe ", "|safe}", "javascript:", " onclick", " onload"):
        assert forbidden not in text
    assert text.count("<script") == (2 if template.name == "frame.html" else 0)
    if 'method="post"' in text:
        assert 'name="csrf_token"' in text
