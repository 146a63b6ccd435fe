"""`workspace export` and `import-region`: a region as a zip that people can read, and that comes back to the byte."""

from __future__ import annotations

import hashlib
import json
import re
import stat
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.running import command, serving
from tests.transfer.conftest import DEMO, dump, dumps, opened, run
from workspace import access, assembly
from workspace.access import Role
from workspace.accounts import service as accounts
from workspace.accounts.model import Person, Session
from workspace.config import Config
from workspace.demo import sources
from workspace.demo.attachments import ATTACHMENTS
from workspace.documents import service as documents
from workspace.errors import Invalid, NotFound
from workspace.regions import service as regions
from workspace.regions.model import Membership, Municipality, Region
from workspace.search import following
from workspace.search import service as search
from workspace.store.port import StoreRefused
from workspace.terminal import close
from workspace.transfer import exporting, importing, region_file, unpacking
from workspace.transfer.dumping import nothing
from workspace.transfer.importing import Imported
from workspace.transfer.region_file import Names, safe_name, slug_of

PEOPLE = len(sources.table("region.toml")["people"])  # of the demo


def export(config: Config, path: Path, slug: str = DEMO) -> region_file.About:
    beside = assembly.open_workspace(config, readonly=True)
    try:
        return exporting.export(beside, slug, path)
    finally:
        close(beside)


def bring_in(config: Config, path: Path, slug: str = DEMO, advance: Callable[[float], None] = nothing) -> Imported:
    workspace = assembly.open_workspace(config)
    try:
        with unpacking.opened(path) as package:
            return importing.bring_in(workspace, package, slug, advance)
    finally:
        close(workspace)


@pytest.fixture(scope="module")
def exported(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of the furnished region."""
    path = tmp_path_factory.mktemp("exported") / "region.zip"
    export(Config(instance=furnished), path)
    return path


@pytest.fixture
def inside(exported: Path) -> dict[str, bytes]:
    """What is in it, in order."""
    with zipfile.ZipFile(exported) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(path: Path, content: dict[str, bytes], *, sums: bool = True) -> Path:
    """A zip of these files; with checksums that fit, as somebody who knows how would make them."""
    if sums:
        lines = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in content.items() if name != SUMS]
        content = {**content, SUMS: "".join(lines).encode()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in content.items():
            packed.writestr(name, body)
    return path


SUMS = region_file.CHECKSUMS


# -- Out --


def test_a_person_can_read_it(inside: dict[str, bytes]) -> None:
    assert list(inside)[:3] == ["README.txt", "region.json", "people.json"] and list(inside)[-1] == SUMS
    readme = inside["README.txt"].decode()
    assert readme.startswith("Skarfjordregionen\n") and "In English" in readme and "fortrolig" in readme
    [name] = [name for name in inside if re.fullmatch(r"documents/0001-[^/]+\.md", name)]
    first = min(sources.documents(), key=lambda source: source.versions[0].about["at"]).versions[0].about
    text = inside[name].decode()
    facts, _line, body = text.removeprefix("---\n").partition("---\n")
    about = {key: json.loads(value) for key, _colon, value in (line.partition(": ") for line in facts.splitlines())}
    assert [about[fact] for fact in ("title", "kind", "date")] == [first[fact] for fact in ("title", "kind", "date")]
    assert set(first["tags"]) <= set(about["tags"])
    [interview] = [
        body.decode() for name, body in inside.items() if re.fullmatch(r"documents/\d+-intervju-i08-.+\.md", name)
    ]
    assert "9008 Myrland" in interview.partition("\n---\n")[0]
    assert body.rstrip().endswith("Mer.")
    older = inside[name.removesuffix(".md") + "/001.md"].decode()
    assert not older.rstrip().endswith("Mer.") and "version: 1\n" in older


def test_comments_stand_after_the_text(inside: dict[str, bytes]) -> None:
    texts = [body.decode() for name, body in inside.items() if re.fullmatch(r"documents/[^/]+\.md", name)]
    text = "".join(text.partition("\n## Kommentarer\n")[2] for text in [*texts, inside["comments.md"].decode()])
    comments = [json.loads(line) for line in inside["records/comments.jsonl"].splitlines()]
    for comment in comments:
        assert f"**{comment['name']}" in text
        assert f"> {comment['text'].splitlines()[0]}".rstrip() in text
    assert re.search(
        r"### \d+\. Til avsnitt \d+ i versjon \d+, løst \d\d\.\d\d\.\d{4} kl\. \d\d\.\d\d av operator", text
    )


def test_a_hearing_stands_beside_its_document_with_what_was_answered(inside: dict[str, bytes]) -> None:
    [text] = [
        body.decode() for name, body in inside.items() if re.fullmatch(r"documents/0001-[^/]+/horing-1\.md", name)
    ]
    assert 'title: "Høring"\n' in text and 'questions: ["Hva mener du?"]' in text
    assert "### 1. Anne, " in text and "> Vi er enige." in text and "- Delvis tatt inn\n- Begrunnelse: Nesten" in text
    assert re.search(r"### 2\. NHO, .*\n\nTrukket \d\d\.", text)


def test_comments_on_what_is_no_document_stand_under_its_title(inside: dict[str, bytes]) -> None:
    text = inside["comments.md"].decode()
    assert re.match(r"# T-\d+ .+\n\n## Kommentarer\n\n### 1\. Til avsnitt 1 i versjon \d+\n\n«.+»\n", text)
    assert "\n\n> Hvem eier kaien?\n" in text


def test_files_have_their_own_names(inside: dict[str, bytes]) -> None:
    names = [name for name in inside if name.startswith("files/")]
    attached = [f"files/{attachment.name}" for attachment in ATTACHMENTS]
    assert sorted(names) == sorted(["files/tall og år (2).csv", "files/tall og år.csv", "files/venter.txt", *attached])
    assert inside["files/venter.txt"].decode() == "Ventende tekst 🧀"
    digests = {hashlib.sha256(inside[name]).hexdigest() for name in names}
    assert not digests & {name.removeprefix("blobs/") for name in inside}, "each is there once"
    assert 'file: "files/tall og år.csv"' in "".join(
        b.decode() for n, b in inside.items() if n.endswith("tall-og-ar.md")
    )


def test_only_names_and_addresses_of_those_who_are_named(inside: dict[str, bytes], furnished: Path) -> None:
    people = json.loads(inside["people.json"])
    assert all(set(one) == {"id", "name", "email", "locale"} for one in people)
    members = {json.loads(line)["id"] for line in inside["records/memberships.jsonl"].splitlines()}
    assert {one["id"] for one in people} == members
    everything = b"".join(inside.values())
    with opened(Config(instance=furnished), readonly=True) as stores:
        [session] = stores.house.view().find(Session)
    for secret in (b"password", b"argon2", session.id.encode()):
        assert secret not in everything.replace(b"No passwords", b"")
    assert b"Bare naboens" not in everything, "nothing of another region"


def test_somebody_who_left_no_membership_but_wrote_is_named(instance: Path, tmp_path: Path) -> None:
    workspace = assembly.open_workspace(Config(instance=instance))
    outsider = accounts.add_person(workspace, "Ute Utstrand", "ute@example.no")
    accounts.add_person(workspace, "Aldri Her", "aldri@example.no")
    actor = access.Actor(person=outsider.id, name="Ute", region=DEMO, role=Role.STAFF)
    documents.create(workspace, actor, title="Brev", text="Aldri Her er nevnt.")
    close(workspace)
    export(Config(instance=instance), tmp_path / "r.zip")
    with unpacking.opened(tmp_path / "r.zip") as package:
        names = {one.name for one in package.people}
    assert "Ute Utstrand" in names and "Aldri Her" not in names


def test_sha256sum_agrees(exported: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(exported) as packed:
        packed.extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", SUMS], check=False, cwd=tmp_path, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    assert len(checked.stdout.splitlines()) == len([path for path in tmp_path.rglob("*") if path.is_file()]) - 1


def test_the_same_content_gives_the_same_zip(source: Config, tmp_path: Path) -> None:
    zips = []
    for name in ("a.zip", "b.zip"):
        beside = assembly.open_workspace(source, readonly=True)
        still = replace(beside, now=lambda: datetime(2026, 11, 23, 14, 44, tzinfo=UTC))
        exporting.export(still, DEMO, tmp_path / name)
        close(beside)
        zips.append((tmp_path / name).read_bytes())
    assert zips[0] == zips[1]
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600


def test_it_is_whole_or_not_there(instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out" / "r.zip"
    path.parent.mkdir()
    path.write_text("the one before")

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting._Files, "write", full)
    result = run(instance, "export", DEMO, path)
    assert isinstance(result.exception, StoreRefused) and "No space left" in str(result.exception)
    assert path.read_text() == "the one before" and list(path.parent.iterdir()) == [path]


def test_of_a_region_that_is_not_there(instance: Path, tmp_path: Path) -> None:
    assert isinstance(run(instance, "export", "ingensteds", tmp_path / "r.zip").exception, NotFound)
    assert not (tmp_path / "r.zip").exists()


def test_a_lost_blob_is_told_and_the_rest_comes_along(instance: Path, tmp_path: Path) -> None:
    blob = sorted((instance / "regions" / DEMO / "blobs").glob("??/*"))[0]
    blob.write_bytes(b"x")
    result = run(instance, "export", DEMO, tmp_path / "r.zip")
    assert result.exit_code == 1 and blob.name in result.stderr
    result = run(tmp_path / "fresh", "import-region", tmp_path / "r.zip")
    assert result.exit_code == 1 and blob.name in result.stderr


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Årsplan 2027.pdf", "Årsplan 2027.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\mappe\\a:b?.txt", "a_b_.txt"),
        ("con.txt", "_con.txt"),
        ("...", "fil"),
        ("", "fil"),
        ("slutt. ", "slutt"),
        ("a\nb", "a b"),
    ],
)
def test_names_of_files_are_safe_everywhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_names_of_files_are_told_apart_without_case() -> None:
    names = Names()
    assert [names.unique(name) for name in ("Plan.pdf", "PLAN.pdf", "plan (2).pdf", "plan.pdf")] == [
        "Plan.pdf", "PLAN (2).pdf", "plan (2) (2).pdf", "plan (3).pdf",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Ærlig øl på Ås!", "aerlig-ol-pa-as"), ("Plan 2027–2035", "plan-2027-2035"), ("🧀", "dokument")],
)
def test_titles_in_names(title: str, slug: str) -> None:
    assert slug_of(title) == slug


# -- In --


@pytest.mark.parametrize("slug", [DEMO, "nytt-navn"])
def test_it_comes_back_to_the_byte(source: Config, target: Config, tmp_path: Path, slug: str) -> None:
    about = export(source, tmp_path / "r.zip")
    imported = bring_in(target, tmp_path / "r.zip", slug)
    assert imported.same and imported.summary == about.summary
    assert dumps(target)[f"region {slug}"] == dumps(source)[f"region {DEMO}"]
    with opened(target) as stores:
        assert stores.region(slug).problems() == []
        [region] = stores.house.view().find(Region)
        assert (region.id, region.name) == (slug, "Skarfjordregionen")
        assert all(person.password == "" and not person.operator for person in stores.house.view().find(Person))
        assert len(stores.house.view().find(Person)) == len(imported.people.new) == PEOPLE
    export(target, tmp_path / "again.zip", slug)
    with zipfile.ZipFile(tmp_path / "r.zip") as one, zipfile.ZipFile(tmp_path / "again.zip") as other:
        assert one.namelist() == other.namelist()
        for name in set(one.namelist()) - {"region.json", SUMS, "README.txt"}:
            assert one.read(name) == other.read(name), name


def test_beside_its_source_everybody_is_known(instance: Path, tmp_path: Path, exported: Path) -> None:
    before = dumps(Config(instance=instance))
    imported = bring_in(Config(instance=instance), exported, "kopi")
    assert (len(imported.people.known), imported.people.new, imported.people.remapped) == (PEOPLE, [], {})
    after = dumps(Config(instance=instance))
    assert after[f"region {DEMO}"] == after["region kopi"] == before[f"region {DEMO}"]


def test_a_slug_that_is_taken_is_refused(instance: Path, exported: Path) -> None:
    before = dumps(Config(instance=instance))
    result = run(instance, "import-region", exported)
    assert isinstance(result.exception, StoreRefused) and "--as SLUG" in str(result.exception)
    assert isinstance(run(instance, "import-region", exported, "--as", "house").exception, StoreRefused)
    assert isinstance(run(instance, "import-region", exported, "--as", "../x").exception, Invalid)
    assert dumps(Config(instance=instance)) == before


def test_an_address_known_under_another_id_gets_membership_and_voice(exported: Path, tmp_path: Path) -> None:
    config = Config(instance=tmp_path / "fresh")
    with unpacking.opened(exported) as package:
        voice = next(d["voting_member"] for table, d in package.documents() if table == Municipality.table)
        somebody = next(one for one in package.people if one.id == voice)
        before = {d["id"]: d for table, d in package.documents() if table == Membership.table}
        texts = [(t, d) for t, d in package.documents() if t not in {Membership.table, Municipality.table}]
    workspace = assembly.open_workspace(config)
    known = accounts.add_person(workspace, "Samme Person", somebody.email)
    close(workspace)
    result = run(tmp_path / "fresh", "import-region", exported)
    assert result.exit_code == 0, result.output
    assert f"remapped: {voice} is {known.id} here" in result.stdout
    assert f"people: 0 known, {PEOPLE - 1} made, 1 remapped" in result.stdout
    with opened(config) as stores:
        view = stores.region(DEMO).view()
        member = view.get(Membership, known.id)
        assert view.get(Membership, voice) is None and len(view.find(Membership)) == len(before)
        assert msgspec.to_builtins(member) == {**before[voice], "id": known.id}
        assert known.id in {one.voting_member for one in view.find(Municipality)}
        assert voice not in {one.voting_member for one in view.find(Municipality)}
        kept = [(t, dict(d)) for t in view.tables() for d in view.documents(t)]
        assert [(t, d) for t, d in kept if t not in {Membership.table, Municipality.table}] == texts
        event = stores.house.view().events()[-1]
        assert (event.action, event.payload["remapped"]) == ("regions.imported", {voice: known.id})
        assert stores.region(DEMO).problems() == []
        assert stores.house.view().get(Person, voice) is None
    assert not [line for line in run(tmp_path / "fresh", "doctor").stdout.splitlines() if line.startswith("BAD")]


def test_two_of_its_people_who_are_one_here_are_refused(exported: Path, inside, tmp_path: Path) -> None:
    people = json.loads(inside["people.json"])
    workspace = assembly.open_workspace(Config(instance=tmp_path / "fresh"))
    known = accounts.add_person(workspace, "En", people[0]["email"])
    close(workspace)
    people[1]["id"] = known.id
    path = pack(tmp_path / "r.zip", {**inside, "people.json": json.dumps(people).encode()})
    result = run(tmp_path / "fresh", "import-region", path)
    assert isinstance(result.exception, StoreRefused) and "are one here" in str(result.exception)
    with opened(Config(instance=tmp_path / "fresh")) as stores:
        assert stores.slugs() == []


class Cut(Exception):
    """The moment at which the power goes."""


def test_cut_off_anywhere_it_completes_when_run_again(exported: Path, tmp_path: Path, furnished: Path) -> None:
    expected = dumps(Config(instance=furnished))[f"region {DEMO}"]
    cuts = 0
    for steps in range(1, 100, 3):
        config = Config(instance=tmp_path / f"fresh-{steps}")
        left = [steps]

        def advance(step: float, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Cut

        try:
            bring_in(config, exported, advance=advance)
        except Cut:
            cuts += 1
            with opened(config) as stores:
                assert stores.house.view().find(Region) == []
            assert bring_in(config, exported).same
        assert dumps(config)[f"region {DEMO}"] == expected
        if left[0] > 0:
            break
    assert cuts > 3


def test_beside_a_server_it_is_taken_in_and_found(exported: Path, tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    with serving(instance):
        result = command(instance, "import-region", str(exported), "--as", "skarfjord")
        assert result.returncode == 0, result.stderr
        found = json.loads(command(instance, "search", "skarfjord", "kjølelager", "--json").stdout)
        assert found["total"] > 0
        again = command(instance, "import-region", str(exported))
        assert again.returncode == 3 and again.stderr.startswith("workspace: there is a region skarfjord already")


def test_what_was_imported_is_found(exported: Path, tmp_path: Path) -> None:
    config = Config(instance=tmp_path / "fresh")
    bring_in(config, exported)
    workspace = assembly.open_workspace(config)
    following.follow(workspace, DEMO)
    assert search.search(workspace, access.operator(DEMO), "kjølelager").total
    close(workspace)


# -- Zips that are not as they were written --


def refused(path: Path, tmp_path: Path) -> str:
    """Why this zip is refused; nothing may have been made meanwhile."""
    result = run(tmp_path / "fresh", "import-region", path)
    assert isinstance(result.exception, StoreRefused), result.output
    with opened(Config(instance=tmp_path / "fresh")) as stores:
        assert stores.slugs() == [] and stores.house.view().tables() == []
    return str(result.exception).removeprefix(f"{path}: ")


def test_a_byte_changed_in_any_entry_is_named(inside: dict[str, bytes], tmp_path: Path) -> None:
    for name, body in inside.items():
        other = b"#" if name == SUMS else bytes([body[0] ^ 1])  # a digit of a checksum may turn into another
        said = refused(pack(tmp_path / "r.zip", {**inside, name: other + body[1:]}, sums=False), tmp_path)
        assert said.startswith(SUMS) if name == SUMS else said == f"{name} is not what {SUMS} says", said


def test_an_entry_that_is_gone_or_added_is_named(inside: dict[str, bytes], tmp_path: Path) -> None:
    name = next(name for name in inside if name.startswith("files/"))
    less = {one: body for one, body in inside.items() if one != name}
    assert refused(pack(tmp_path / "r.zip", less, sums=False), tmp_path) == f"{name} is missing"
    more = {**inside, "files/mer.txt": b"x"}
    assert refused(pack(tmp_path / "r.zip", more, sums=False), tmp_path) == f"files/mer.txt is not in {SUMS}"
    assert "no export of a region" in refused(pack(tmp_path / "r.zip", {"a.txt": b"x"}, sums=False), tmp_path)


def edited(lines: list[bytes]) -> list[bytes]:
    event = json.loads(lines[4])
    event["payload"]["by"] = "somebody else"
    return [*lines[:4], json.dumps(event).encode(), *lines[5:]]


LOG_HARMS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "edited": (edited, "log.jsonl: event 5 does not fit"),
    "removed": (lambda lines: [*lines[:4], *lines[5:]], "log.jsonl: event 5 does not fit"),
    "reordered": (lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]], "log.jsonl: event 5 does not fit"),
    "doubled": (lambda lines: [*lines[:5], *lines[4:]], "log.jsonl: event 6 does not fit"),
    "cut": (lambda lines: lines[:-1], "what it holds is not what region.json says"),
    "nonsense": (lambda lines: [*lines, b"{"], "log.jsonl has a line that is no JSON"),
    "nan": (lambda lines: [*lines, b"NaN"], "log.jsonl has a line that is no JSON"),
    "deep": (lambda lines: [*lines, b"[" * 100_000], "log.jsonl has a line that is no JSON"),
    "other": (lambda lines: [*lines, b"{}"], "log.jsonl has a line that can't be read"),
}


@pytest.mark.parametrize("harm", LOG_HARMS)
def test_a_log_changed_under_new_checksums_is_seen(inside: dict[str, bytes], tmp_path: Path, harm: str) -> None:
    change, said = LOG_HARMS[harm]
    log = b"\n".join(change(inside["log.jsonl"].splitlines())) + b"\n"
    assert refused(pack(tmp_path / "r.zip", {**inside, "log.jsonl": log}), tmp_path).startswith(said)


RECORD_HARMS: dict[str, tuple[str, Callable[[list[bytes]], list[bytes]], str]] = {
    "edited": ("comments", lambda rows: [rows[0].replace(b'"text":"', b'"text":"Ikke '), *rows[1:]], "what it holds"),
    "removed": ("ballots", lambda rows: rows[1:], "what it holds"),
    "reordered": ("ballots", lambda rows: rows[::-1], "records/ballots.jsonl is not in order"),
    "doubled": ("ballots", lambda rows: [rows[0], *rows], "records/ballots.jsonl is not in order"),
    "newer": ("rounds", lambda rows: [rows[0].replace(b'{"', b'{"ny":1,"', 1)], "records/rounds.jsonl has a record"),
    "sessions": ("sessions", lambda rows: [b'{"id":"x","version":1}'], "records/sessions.jsonl is nothing that"),
    "people": ("people", lambda rows: [b'{"id":"x","version":1,"operator":true}'], "records/people.jsonl is nothing"),
}


@pytest.mark.parametrize("harm", RECORD_HARMS)
def test_records_changed_under_new_checksums_are_seen(inside: dict[str, bytes], tmp_path: Path, harm: str) -> None:
    table, change, said = RECORD_HARMS[harm]
    name = f"records/{table}.jsonl"
    rows = change(inside.get(name, b"").splitlines())
    changed = {**inside, name: b"\n".join(rows) + b"\n"}
    assert refused(pack(tmp_path / "r.zip", changed), tmp_path).startswith(said)


def test_a_blob_changed_under_new_checksums_is_seen(inside: dict[str, bytes], tmp_path: Path) -> None:
    changed = {**inside, "files/venter.txt": b"noe annet"}
    assert refused(pack(tmp_path / "r.zip", changed), tmp_path).startswith("what it holds")


def test_of_a_newer_program_it_is_refused(inside: dict[str, bytes], tmp_path: Path) -> None:
    about = json.loads(inside["region.json"]) | {"format": 2, "program": "9.0"}
    path = pack(tmp_path / "r.zip", {**inside, "region.json": json.dumps(about).encode()})
    assert "newer program (9.0)" in refused(path, tmp_path)


@pytest.mark.parametrize(
    "person", [{"email": "no address"}, {"email": "STORE@EXAMPLE.NO"}, {"email": 1}, {"operator": True, "id": None}]
)
def test_people_who_can_not_be_made_are_refused(inside: dict[str, bytes], tmp_path: Path, person: dict) -> None:
    people = json.loads(inside["people.json"])
    people[0] |= person
    refused(pack(tmp_path / "r.zip", {**inside, "people.json": json.dumps(people).encode()}), tmp_path)


@pytest.mark.parametrize("name", ["../ute.txt", "/etc/ute.txt", "a/../../ute.txt", "C:/ute.txt", "..\\ute.txt"])
def test_names_that_lead_outside_are_refused(inside: dict[str, bytes], tmp_path: Path, name: str) -> None:
    assert "made to fool" in refused(pack(tmp_path / "r.zip", {**inside, name: b"x"}), tmp_path)


def test_bombs_links_and_doubles_are_refused(inside: dict[str, bytes], tmp_path: Path) -> None:
    bomb = pack(tmp_path / "bomb.zip", {**inside, "files/null.bin": bytes(250_000_000)})
    assert "made to fool" in refused(bomb, tmp_path)
    link = pack(tmp_path / "link.zip", inside)
    with zipfile.ZipFile(link, "a") as packed:
        entry = zipfile.ZipInfo("files/lenke")
        entry.external_attr = 0o120777 << 16
        packed.writestr(entry, "/etc/passwd")
    assert "made to fool" in refused(link, tmp_path)
    double = pack(tmp_path / "double.zip", inside)
    with zipfile.ZipFile(double, "a") as packed, pytest.warns(UserWarning, match="Duplicate"):
        packed.writestr("log.jsonl", b"x")
    assert "made to fool" in refused(double, tmp_path)


def test_too_many_entries_are_refused(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_file, "MOST_ENTRIES", 5)
    assert "made to fool" in refused(exported, tmp_path)


def test_what_is_no_zip_or_cut_off_is_refused(exported: Path, tmp_path: Path) -> None:
    content = exported.read_bytes()
    for body in (b"", b"PK", b"text", content[: len(content) // 2], content[:-30]):
        (tmp_path / "r.zip").write_bytes(body)
        assert "no zip" in refused(tmp_path / "r.zip", tmp_path)
    assert run(tmp_path / "fresh", "import-region", tmp_path / "nowhere.zip").exit_code == 2


def test_any_flipped_byte_of_the_zip_is_refused_or_harmless(exported: Path, tmp_path: Path, furnished: Path) -> None:
    content = exported.read_bytes()
    with opened(Config(instance=furnished), readonly=True) as stores:
        expected = dump(stores.region(DEMO))
    harmless = 0
    for at in range(7, len(content), len(content) // 150):
        path = tmp_path / "r.zip"
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        try:
            with unpacking.opened(path) as package:
                lines: list[bytes] = []
                unpacking.summarize(package, lines.append)
                assert b"".join(lines) == expected
                harmless += 1  # a date, or a size that is said twice
        except StoreRefused:
            pass
    assert harmless < 40


def test_a_region_whose_texts_repeat_themselves_comes_back(tmp_path: Path) -> None:
    config = Config(instance=tmp_path / "instance")
    workspace = assembly.open_workspace(config)
    regions.create_region(workspace, access.operator(), DEMO, "Skarfjord", {"1804": ""})
    for n in range(8):
        documents.create(workspace, access.operator(DEMO), title=f"{n}", text=f"{n}" + "Kai. " * 200_000)
    close(workspace)
    export(config, tmp_path / "r.zip")
    assert bring_in(Config(instance=tmp_path / "fresh"), tmp_path / "r.zip").same
